"""Reading a frozen record: its moments and days come as text, its states as keys."""

import datetime

from django import template
from django.utils.safestring import SafeString

from portal.templatetags import portal_ui
from readiness.choices import Verdict
from readiness.templatetags.readiness_ui import TRIGGERS

register = template.Library()


@register.filter
def moment(text: str | None) -> datetime.datetime | None:
    """The moment that canonical JSON wrote as text (UTC); None for nothing."""
    return datetime.datetime.fromisoformat(text) if text else None


@register.filter
def day(text: str | None) -> datetime.date | None:
    """The day that canonical JSON wrote as text; None for nothing."""
    return datetime.date.fromisoformat(text) if text else None


@register.filter
def verdict_words(verdict: str) -> str:
    """A verdict in words, as within a sentence."""
    return Verdict(verdict).label.lower()


@register.simple_tag
def trigger_symbol(state: str) -> SafeString:
    """The symbol of a trigger's state in its colour."""
    key, _ = TRIGGERS.get(state, TRIGGERS["unknown"])
    return portal_ui.icon(f"s-{key}", css=f"gh-c-{key}")
