"""`portal.settings` is the base, so nothing needs naming twice."""

from portal.settings.base import *  # noqa: F403  settings are a flat namespace by Django's design
