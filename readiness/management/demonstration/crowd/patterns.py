"""What is copied: the rows of one told service, and those of the teams and people behind all of them."""

import random
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Max, Q

from portal.models import AuditEvent, AuditorScope, AuditText, Membership, Notification, RecordVerification, Team, User
from portal.models.scopes import Scope
from portal.models.search import SearchEntry, SearchWords
from readiness.models import AuditPack, PackPart, Service

Kind = type[models.Model]
NOT_COPIED = {AuditorScope, Notification, RecordVerification, AuditPack, PackPart, SearchEntry, SearchWords}
"""What hangs on a scope and speaks of more than one service, was said once, or follows from the record by itself."""
OF_OTHERS: Mapping[str, Collection[str]] = {"incidents.Alert": (), "incidents.AffectedService": ("service",)}
"""Kinds of upper apps that are copied by these of their fields alone, by label: an alert by none, since it is once by
its source, and sources are a team's own; what an incident affects with that service, or copies would affect the told.
"""
BITS = 48
"""Of an opaque id that differ from copy to copy: its last. The rest stays, so copies sort as what they are copied from,
which keeps canonical JSON canonical."""


@dataclass
class Pattern:
    """Rows that are copied together so many times, and where the keys of the copies begin.

    A copy of a service belongs to a copy of the teams: `behind` is that pattern, `group` how many share one.
    """

    rows: dict[Kind, list[Any]]
    copies: int
    masks: Sequence[int]
    behind: "Pattern | None" = None
    group: int = 1
    first: dict[Kind, int] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)
    """Of each event the number of its first copy; the others follow it."""

    def __post_init__(self) -> None:
        self.place = {(kind, row.pk): place for kind, rows in self.rows.items() for place, row in enumerate(rows)}
        self.ids = {value for row in self.all() for value in _ids(row)}

    def all(self) -> Iterator[Any]:
        """Every row."""
        for rows in self.rows.values():
            yield from rows

    def keys(self, kind: Kind, key: Any) -> Sequence[int] | None:
        """The keys of the copies of a row; None where it is not copied."""
        if kind is AuditEvent and key in self.numbers:
            return range(self.numbers[key], self.numbers[key] + self.copies)
        if (kind, key) in self.place:
            own = kind._meta.pk
            if own is not None and own.is_relation:
                return self.keys(own.related_model, key)  # type: ignore[arg-type]  # a model, not its name
            each = len(self.rows[kind])
            first = self.first[kind] + self.place[kind, key]
            return range(first, first + each * self.copies, each)
        found = self.behind.keys(kind, key) if self.behind else None
        return self.spread(found) if found is not None else None

    def anew(self, one: UUID) -> list[UUID] | None:
        """The opaque ids of the copies; None for one that is not copied."""
        if one in self.ids:
            return [UUID(int=one.int ^ mask) for mask in self.masks]
        found = self.behind.anew(one) if self.behind else None
        return self.spread(found) if found is not None else None

    def spread(self, found: Sequence[Any]) -> list[Any]:
        """What the teams' copies have, for each copy of the service."""
        return [found[copy // self.group] for copy in range(self.copies)]


def teams(copies: int, chance: random.Random) -> Pattern:
    """The teams, their members, and what the record says of both; who has a role across all teams stays alone."""
    across = Membership.objects.filter(team=None).values("person")
    people = list(User.objects.exclude(pk__in=across).order_by("pk"))
    rows: dict[Kind, list[Any]] = {
        Team: list(Team.objects.order_by("pk")),
        User: people,
        Membership: list(Membership.objects.exclude(team=None).order_by("pk")),
    }
    targets = [str(row.public_id) for found in rows.values() for row in found]
    rows[AuditEvent] = list(AuditEvent.objects.filter(scope=None, target_id__in=targets).order_by("pk"))
    rows[AuditText] = list(AuditText.objects.filter(event__in=rows[AuditEvent]).order_by("pk"))
    return Pattern(rows, copies, _masks(copies, chance))


def service(told: Service, copies: int, behind: Pattern, group: int, chance: random.Random) -> Pattern:
    """A service with all that hangs on its scope."""
    rows: dict[Kind, list[Any]] = {Scope: [told.scope]}
    for kind, fields in owned().items():
        hangs = Q(pk__in=[])
        for name, other in fields:
            hangs |= Q(**{f"{name}__in": [row.pk for row in rows[other]]})
        rows[kind] = list(kind._default_manager.filter(hangs).order_by("pk"))
    return Pattern(rows, copies, _masks(copies, chance), behind, group)


@cache
def owned() -> dict[Kind, list[tuple[str, Kind]]]:
    """Every kind of row that hangs on a scope: by which fields, and on what.

    What a row cannot be without is asked first: evidence is its answer's, and only perhaps a file's.
    """
    found: dict[Kind, list[tuple[str, Kind]]] = {}
    left = {kind for kind in apps.get_models(include_auto_created=True) if kind not in NOT_COPIED} - {Scope}
    while fresh := _hanging(left, {Scope, *found}, null=False) or _hanging(left, {Scope, *found}, null=True):
        found |= fresh
        left -= fresh.keys()
    return found


def place(patterns: Iterable[Pattern]) -> None:
    """Gives the copies their keys: after the highest of each table, pattern by pattern."""
    highest: dict[Kind, int] = {}
    for pattern in patterns:
        for kind, rows in pattern.rows.items():
            if isinstance(kind._meta.pk, models.AutoField):
                if kind not in highest:
                    highest[kind] = kind._default_manager.aggregate(last=Max("pk"))["last"] or 0
                pattern.first[kind] = highest[kind] + 1
                highest[kind] += len(rows) * pattern.copies


def _hanging(kinds: Iterable[Kind], known: set[Kind], *, null: bool) -> dict[Kind, list[tuple[str, Kind]]]:
    """Those of the kinds that name a known one, in fields that may be empty or not."""
    found = {}
    for kind in sorted(kinds, key=lambda kind: kind._meta.label):
        fields = [
            (one.name, other)
            for one in kind._meta.concrete_fields
            if (other := one.related_model) is not None
            and other in known
            and one.null is null
            and one.name in OF_OTHERS.get(kind._meta.label, [one.name])
        ]
        if fields:
            found[kind] = fields
    return found


def _ids(row: Any) -> Iterator[UUID]:
    for one in row._meta.concrete_fields:
        if isinstance(one, models.UUIDField):
            yield getattr(row, one.attname)


def _masks(copies: int, chance: random.Random) -> list[int]:
    return chance.sample(range(1, 2**BITS), copies)
