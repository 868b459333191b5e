"""What runbook pages draw: how somebody is called, and minutes as a bar against the target."""

from decimal import Decimal

from django import template

from incidents.rules import rehearsals, runbooks

register = template.Library()


@register.filter
def call(reached: str) -> str:
    """The address that calls or writes to somebody; empty where the words are no address."""
    return runbooks.call(reached)


@register.inclusion_tag("components/_range.html")
def minutes_bar(minutes: Decimal, target: Decimal | None, longest: Decimal) -> dict[str, str]:
    """Minutes as a bar with the target as its mark; all bars of a table end at the same `longest`."""
    full = max(longest, target or 0) * Decimal("1.1")
    return {
        "state": rehearsals.kept_time(minutes, target),
        "width": f"{minutes / full * 100:.1f}",
        "mark": f"{(target or 0) / full * 100:.1f}" if target else "-5",
    }
