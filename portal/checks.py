"""System checks: the server does not start while a URL has no access rule, or a declared rule has lost its URL.

Nor with a number of persons behind a go that the product does not know.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver, get_resolver

from portal.doors import DOORS_OF_OTHERS


def every_pattern(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every URL pattern of the site with its full route."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from every_pattern(entry, route)
        else:
            yield route, entry


def door_of(pattern: URLPattern) -> dict[str, Any] | None:
    """The rule by method of a pattern: on the view, on its class, or in the table for other people's views."""
    view = pattern.callback
    declared = getattr(view, "door", None)
    for attribute in ("cls", "view_class"):
        declared = declared or getattr(getattr(view, attribute, None), "doors", None)
    return declared or DOORS_OF_OTHERS.get(pattern.name or "")


@register()
def every_url_has_a_door(**_options: Any) -> list[CheckMessage]:
    """E001: a URL without an access rule. E002: a rule for a URL that is gone."""
    names: set[str] = set()
    messages: list[CheckMessage] = []
    for route, pattern in every_pattern():
        names.add(pattern.name or "")
        if not door_of(pattern):
            messages.append(Error(f"/{route} does not say who may come in.", hint="Use @door.", id="portal.E001"))
    stale = sorted(set(DOORS_OF_OTHERS) - names)
    messages += [Error(f"There is a door for “{name}”, but no such URL.", id="portal.E002") for name in stale]
    return messages


@register()
def two_or_three_stand_behind_a_go(**_options: Any) -> list[CheckMessage]:
    """E003: one person alone never makes a go (product.md, Decision)."""
    if settings.PERSONS_BEHIND_A_GO in (2, 3):
        return []
    return [Error("PERSONS_BEHIND_A_GO is 3, or 2 where a signer may decide.", id="portal.E003")]
