"""The audit trail: the events that a person may see, and what to show of each."""

import datetime
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from portal import event_words
from portal.event_words import Change
from portal.extension_points import names_of_scopes
from portal.models import AuditEvent, AuditHead, AuditText, RecordVerification, Scope
from portal.permissions import Access, Role
from portal.record_verification.revisions import kinds

Texts = Mapping[str, str | None]
"""The words of an event by name; None for what was erased."""
SLICE = 500
"""Events told at a time where there may be many."""
PORTAL = "The portal"


@dataclass(frozen=True)
class Line:
    """One event as it is shown: where it stands in the chain, what happened, who, where and by what way."""

    number: int
    at: datetime.datetime
    who: str
    verb: str
    sentence: str
    place: str
    via: str
    address: str
    changes: tuple[Change, ...]
    digest: str
    previous: str


@dataclass(frozen=True)
class TrailRow:
    """One event as a pack tells it: place, time (UTC), who, sentence, digest. `in_short` counts what is too long."""

    number: int
    at: datetime.datetime
    who: str
    sentence: str
    digest: str
    in_short: str


@dataclass(frozen=True)
class Verified:
    """The newest verification, and how many events wait for the next one."""

    last: RecordVerification | None
    waiting: int


def events(access: Access, *, scope: Scope | None = None) -> QuerySet[AuditEvent]:
    """The events that the person may see, of one scope where one is given, newest first, with who acted."""
    visible = AuditEvent.objects.visible_to(access)
    if scope is not None:
        visible = visible.filter(scope=scope)
    return visible.select_related("actor").order_by("-number")


def lines(access: Access, shown: Sequence[AuditEvent]) -> list[Line]:
    """What to show of these events: three statements, however many they are (a page of them at most)."""
    texts, contents = _texts(shown), _contents(shown)
    places = names_of_scopes({event.scope_id for event in shown if event.scope_id is not None})
    addresses = bool(access.across & {Role.COMPLIANCE, Role.ADMINISTRATOR})
    return [
        _line(event, texts.get(event.number, {}), contents.get(event.number), places, addresses=addresses)
        for event in shown
    ]


def all_lines(access: Access, chosen: QuerySet[AuditEvent]) -> Iterator[Line]:
    """The same for any number of events, slice by slice."""
    for part in _slices(chosen):
        yield from lines(access, part)


def of_period(scope: Scope, since: datetime.datetime, until: datetime.datetime, up_to: int) -> QuerySet[AuditEvent]:
    """A scope's events from `since` up to and without `until` (aware), none later than event `up_to`, oldest first.

    For audit packs: who asks has been asked for the scope already. `rows` says what to print of them.
    """
    within = AuditEvent.objects.filter(scope=scope, at__gte=since, at__lt=until, number__lte=up_to)
    return within.select_related("actor").order_by("number")


def rows(chosen: QuerySet[AuditEvent]) -> Iterator[TrailRow]:
    """What a pack prints of these events: one statement for every 500, and one for their words."""
    for part in _slices(chosen):
        texts = _texts(part)
        for event in part:
            facts, said = _facts(event), texts.get(event.number, {})
            whole, short = (event_words.sentence(event.verb, facts, said, in_short=each) for each in (False, True))
            yield TrailRow(event.number, event.at, who(event), whole, event.digest, short)


def verified() -> Verified:
    """How far the record was verified: one statement."""
    head = AuditHead.objects.values_list("number", flat=True).filter(pk=1)
    last = RecordVerification.objects.annotate(head=Subquery(head)).order_by("-pk").first()
    if last is None:
        return Verified(None, 0)
    return Verified(last, max(0, last.head - last.number))


def who(event: AuditEvent) -> str:
    """Who acted: a person's name, or the portal itself."""
    return event.actor.name if event.actor else PORTAL


def _slices(chosen: QuerySet[AuditEvent]) -> Iterator[list[AuditEvent]]:
    rows = chosen.iterator(chunk_size=SLICE)
    while part := list(islice(rows, SLICE)):
        yield part


def _line(
    event: AuditEvent,
    texts: Texts,
    contents: tuple[dict[str, Any], dict[str, Any]] | None,
    places: Mapping[int, str],
    *,
    addresses: bool,
) -> Line:
    facts = _facts(event)
    return Line(
        number=event.number,
        at=event.at,
        who=who(event),
        verb=event.verb,
        sentence=event_words.headline(event.verb, event_words.sentence(event.verb, facts, texts, in_short=True)),
        place=_place(facts, places.get(event.scope_id or 0, "")),
        via=event_words.WAYS.get(event.via, event.via),
        address=(texts.get(event_words.ADDRESS) or "") if addresses else "",
        changes=tuple(event_words.changes(event.verb, facts, texts, contents)),
        digest=event.digest,
        previous=event.previous,
    )


def _place(facts: Mapping[str, Any], name: str) -> str:
    """Where it happened: what the scope is called, the release, and the key that the item is found by."""
    parts = [name, f"release {facts['release']}" if facts.get("release") else "", facts.get("item", "")]
    return ", ".join(part for part in parts if part)


def _facts(event: AuditEvent) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(event.body)["facts"]
    return facts


def _texts(shown: Iterable[AuditEvent]) -> dict[int, dict[str, str | None]]:
    found: dict[int, dict[str, str | None]] = {}
    rows = AuditText.objects.filter(event__in=[event.number for event in shown])
    for number, name, value, erased_at in rows.values_list("event_id", "name", "value", "erased_at"):
        found.setdefault(number, {})[name] = None if erased_at else value
    return found


def _contents(shown: Iterable[AuditEvent]) -> dict[int, tuple[dict[str, Any], dict[str, Any]]]:
    """Governed content before and after each event that changed some: one statement for all kinds of revisions."""
    numbers = [event.number for event in shown]
    parts = [_pairs(kind, numbers) for kind in kinds()]
    found: dict[int, tuple[dict[str, Any], dict[str, Any]]] = {}
    for number, before, after in parts[0].union(*parts[1:], all=True):
        found[number] = (json.loads(before), json.loads(after))
    return found


def _pairs(kind: type[Any], numbers: list[int]) -> QuerySet[Any, tuple[int, str, str]]:
    earlier = kind.objects.filter(subject=OuterRef("subject"), number=OuterRef("number") - 1).values("content")
    of_events: QuerySet[Any] = kind.objects.filter(event__in=numbers, number__gt=1).order_by()
    pairs: QuerySet[Any, tuple[int, str, str]] = of_events.annotate(
        before=Subquery(earlier), after=F("content")
    ).values_list("event_id", "before", "after")
    return pairs
