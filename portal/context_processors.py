"""What every page's shell shows: where one can go, what waits, how it looks."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from portal.extension_points import NavigationEntry, navigation
from portal.permissions import Access
from portal.queries import shell_counts


@dataclass(frozen=True)
class Place:
    """A navigation entry for this request."""

    label: str
    url: str
    icon: str
    current: bool
    in_more: bool
    phone: bool
    badge: int


def shell(request: HttpRequest) -> dict[str, Any]:
    """The same for all that is rendered in one request: a table inside a page asks a second time."""
    known: dict[str, Any] | None = getattr(request, "shell", None)
    if known is None:
        known = request.shell = _shell(request)  # type: ignore[attr-defined]  # kept for the second time
    return known


def _shell(request: HttpRequest) -> dict[str, Any]:
    """Navigation, counts and theme; one query for all counts, none for a visitor who is not signed in."""
    access: Access | None = getattr(request, "access", None)
    always = {"demo_mode": settings.DEMO, "theme": "", "access": access}
    if access is None or not access.person.is_active or request.headers.get("HX-Request"):
        return always
    unread, waiting = shell_counts.of(access)
    section = _section_of(request)
    return {
        **always,
        "theme": access.person.theme,
        "unread_count": unread,
        "waiting_count": waiting,
        "navigation": [_place(entry, section, waiting) for entry in _entries(access)],
    }


def _entries(access: Access) -> list[NavigationEntry]:
    entries = [entry for entry in navigation if entry.needs is None or access.can(entry.needs)]
    return sorted(entries, key=lambda entry: entry.order)


def _section_of(request: HttpRequest) -> str:
    match = request.resolver_match
    return match.route.split("/")[0] if match else ""


def _place(entry: NavigationEntry, section: str, waiting: int) -> Place:
    return Place(
        label=entry.label,
        url=reverse(entry.url_name),
        icon=entry.icon,
        current=section in entry.section.split() or section == entry.section,
        in_more=entry.in_more,
        phone=entry.phone,
        badge=waiting if entry.section == "" else 0,
    )
