"""What somebody finds: only what they may see is matched, counted and shown."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, QuerySet

from portal import full_text
from portal.extension_points import names_of_scopes, scopes_called, search_sources
from portal.models import SearchEntry
from portal.permissions import Access
from portal.rules import searching
from portal.rules.searching import Part, Query

PER_PAGE = 20
MOST_PAGES = 50
"""Who has not found it among a thousand says more words."""


@dataclass(frozen=True)
class Wanted:
    """What is looked for: the words as typed, and perhaps of one kind only, or of services so called."""

    typed: str = ""
    kind: str = ""
    service: str = ""


@dataclass(frozen=True)
class Hit:
    """One thing that was found: its title and some of its words in pieces, what it is, where it is, its page."""

    title: tuple[Part, ...]
    words: tuple[Part, ...]
    kind: str
    label: str
    key: str
    place: str
    address: str
    changed_at: datetime.datetime | None


@dataclass(frozen=True)
class KindFound:
    """How much was found of one kind."""

    kind: str
    plural: str
    count: int


@dataclass(frozen=True)
class Found:
    """A page of what was found, best first; how much there is of each kind, whichever is chosen."""

    query: Query
    page: "Page[SearchEntry]"
    hits: tuple[Hit, ...]
    kinds: tuple[KindFound, ...]
    total: int


class _Counted(Paginator):  # type: ignore[type-arg]  # it takes none at run time
    """Pages of rows that were counted already."""

    def __init__(self, rows: QuerySet[SearchEntry], count: int) -> None:
        super().__init__(rows, PER_PAGE)
        self.known = min(count, PER_PAGE * MOST_PAGES)

    @property
    def count(self) -> int:
        """How many there are, as they were counted by kind."""
        return self.known


def found(access: Access, wanted: Wanted, number: str | int | None = 1) -> Found:
    """A page of what the person finds: three statements, one more where the service is chosen; none for no words."""
    query = searching.query(wanted.typed)
    if not query:
        return Found(query, _Counted(SearchEntry.objects.none(), 0).get_page(1), (), (), 0)
    rows = entries(access, wanted, query)
    counts = _counts(rows)
    chosen = rows.filter(kind=wanted.kind) if wanted.kind else rows
    count = counts.get(wanted.kind, 0) if wanted.kind else sum(counts.values())
    page = _Counted(chosen, count).get_page(number)
    kinds = tuple(
        KindFound(kind, source.plural, counts[kind]) for kind, source in search_sources.items() if kind in counts
    )
    return Found(query, page, tuple(hits(list(page), query)), kinds, sum(counts.values()))


def entries(access: Access, wanted: Wanted, query: Query) -> QuerySet[SearchEntry]:
    """What says everything that was asked for, of any kind, best first: of equal ones the newer first."""
    visible = SearchEntry.objects.visible_to(access).filter(kind__in=[kind for kind, _ in search_sources.items()])
    if wanted.service:
        visible = visible.filter(scope__in=scopes_called(access, wanted.service.replace("\x00", " ")))
    ranked: QuerySet[Any] = full_text.here().found(visible, query)
    return ranked.order_by("-rank", F("changed_at").desc(nulls_last=True), "pk")


def hits(shown: list[SearchEntry], query: Query) -> list[Hit]:
    """What to show of these entries: one statement for where they belong."""
    places = names_of_scopes({one.scope_id for one in shown if one.scope_id is not None})
    return [_hit(one, query, places) for one in shown]


def _hit(one: SearchEntry, query: Query, places: Mapping[int, str]) -> Hit:
    return Hit(
        title=searching.marked(one.title, query),
        words=searching.snippet(one.body, query),
        kind=one.kind,
        label=search_sources[one.kind].label,
        key=one.key,
        place=places.get(one.scope_id or 0, ""),
        address=one.address,
        changed_at=one.changed_at,
    )


def _counts(rows: QuerySet[SearchEntry]) -> dict[str, int]:
    counted = rows.order_by().values("kind").annotate(count=Count("pk"))
    return dict(counted.values_list("kind", "count"))
