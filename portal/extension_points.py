"""What upper apps may add to the shell: entries of the navigation, and the count of what waits for a person."""

from collections.abc import Callable
from dataclasses import dataclass

from portal.permissions import Access, Capability
from portal.registry import Registry


@dataclass(frozen=True)
class NavigationEntry:
    """One place to go: `url_name` is resolved at request time; `section` marks the pages under it as current.

    `in_more` puts it into the More menu; `phone` into the bar at the foot of a phone; `needs` hides it from who lacks
    the capability everywhere.
    """

    label: str
    url_name: str
    icon: str
    section: str
    order: int
    in_more: bool = False
    phone: bool = False
    needs: Capability | None = None


navigation: Registry[NavigationEntry] = Registry("navigation")
waiting_counts: Registry[Callable[[Access], object]] = Registry("waiting counts")
"""Each gives a subquery expression that counts what waits for the person; all are read in the shell's one statement."""
