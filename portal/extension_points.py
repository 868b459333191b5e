"""What upper apps may add to the portal: places to go, what waits, what can be found, names of scopes, panels."""

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from portal.permissions import Access, Capability
from portal.registry import Registry

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

    from portal.models import Team, User
    from portal.models.documents import AbstractDocument


@dataclass(frozen=True)
class NavigationEntry:
    """One place to go: `url_name` is resolved at request time; the pages under `section` (several: parted by spaces)
    mark it as current.

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


@dataclass(frozen=True)
class KeptDocuments:
    """One kind of document, for whoever reminds of its reviews: what it is called, and its rows with their scopes.

    `told` says who hears of one at a moment: its keeper or who stands in, and with `escalated` whoever leads too.
    """

    noun: str
    rows: Callable[[], "QuerySet[Any]"]
    told: Callable[["AbstractDocument", bool, datetime.datetime], "Collection[User]"]


kept_documents: Registry[KeptDocuments] = Registry("kept documents")


@dataclass(frozen=True)
class SearchText:
    """What one thing says: by which opaque name the record knows it, what it hangs on (None: nobody's), its page."""

    key: str
    scope_id: int | None
    title: str
    body: str
    address: str
    changed_at: datetime.datetime | None = None


@dataclass(frozen=True)
class SearchSource:
    """One kind of thing that can be found: what people call it, its rows, and what those of them say that say anything.

    An event whose target is such a row has it read again. Where its words change by events of other targets,
    `touched_by` gives the lookup from the row to the target's opaque name, by the kind of target; None: read all again.
    """

    label: str
    plural: str
    model: "type[Model]"
    texts: Callable[["QuerySet[Any]"], Iterable[SearchText]]
    touched_by: Mapping[str, str | None] = field(default_factory=dict)


search_sources: Registry[SearchSource] = Registry("search sources")
"""By kind, such as “runbook”: everything that the search finds."""


@dataclass(frozen=True)
class Panel:
    """A card on a page of the portal: its title and the address of its fragment, which htmx loads."""

    title: str
    url: str


scope_names: Registry[Callable[[Collection[int]], Mapping[int, str]]] = Registry("scope names")
"""Each says what the scopes with these ids are called, for those it knows: readiness names the services."""
scope_search: Registry[Callable[[Access, str], Collection[int]]] = Registry("scope search")
"""Each finds the ids of scopes by words that a person typed: readiness knows its services by name and key."""
fact_words: Registry[Callable[[str], str]] = Registry("fact words")
"""By the name of an event's fact: how people call what it holds. Readiness knows the titles of its items by key.

A fact of one kind of event alone goes by that kind and its name: "finding.severity".
"""
person_panels: Registry[Callable[[Access, "User"], Panel | None]] = Registry("person panels")
"""What else stands on a person's page, and on one's own profile: absences, what they own."""
same_person: Registry[Callable[[Access, "User"], None]] = Registry("accounts of one person")
"""Each ends, in the caller's transaction, what does not hold any more once accounts were said to be this person's."""
team_panels: Registry[Callable[[Access, "Team"], Panel | None]] = Registry("team panels")
"""What else stands on a team's page: its services."""


def scopes_called(access: Access, words: str) -> set[int]:
    """The ids of the scopes that whoever names them finds by these words."""
    return {scope for search in scope_search for scope in search(access, words)}


def names_of_scopes(ids: Collection[int]) -> dict[int, str]:
    """What the scopes are called by whoever knows them, by id."""
    return {scope: name for contributor in scope_names for scope, name in contributor(ids).items()}
