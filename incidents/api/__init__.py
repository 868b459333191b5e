"""Incidents' part of the API."""
