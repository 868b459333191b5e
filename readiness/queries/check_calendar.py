"""The calendar of recurring checks: services by periods, each cell with what came of it."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count, Exists, OuterRef, Prefetch, Q

from portal.permissions import Access
from readiness.choices import AssignmentRole, Cadence, CheckResult, ServiceState
from readiness.models import Assignment, CheckOccurrence, Service
from readiness.models.recurring_checks import OccurrenceQuerySet
from readiness.models.services import ServiceQuerySet
from readiness.queries import waiting

SHOWN = {Cadence.WEEKLY: 12, Cadence.MONTHLY: 8, Cadence.QUARTERLY: 4}
"""How many periods back the calendar goes."""
LENGTH = {Cadence.WEEKLY: 7, Cadence.MONTHLY: 31, Cadence.QUARTERLY: 92}
"""Days of a period, at most."""
RECENT, OLDER = 4, 8
"""Columns from the right that a phone shows, and a small screen."""

WORDS = {
    "done": "done",
    "failed": "failed",
    "missed": "missed",
    "late": "late",
    "due": "open",
    "reason": "not done, with a reason",
    "na": "not owed",
    "next": "nothing was owed",
}
SYMBOLS = {
    "done": "check",
    "failed": "x",
    "missed": "calendar-x",
    "late": "clock",
    "due": "clock",
    "reason": "minus",
    "na": "player-pause",
    "next": "circle-dashed",
}


@dataclass(frozen=True)
class Column:
    """One period: its name, what stands above it, and on which screens it is shown."""

    period: str
    words: str
    css: str


@dataclass(frozen=True)
class Cell:
    """What came of one check in one period; without an occurrence nothing was owed."""

    column: Column
    occurrence: CheckOccurrence | None
    state: str

    @property
    def words(self) -> str:
        """Its state in words."""
        return WORDS[self.state]

    @property
    def symbol(self) -> str:
        """Its icon."""
        return SYMBOLS[self.state]


@dataclass(frozen=True)
class Line:
    """One check of one service over the periods shown, and whose it is."""

    title: str
    cells: Sequence[Cell]
    owner: str


@dataclass(frozen=True)
class Block:
    """One service's lines of a cadence."""

    service: Service
    lines: Sequence[Line]


@dataclass(frozen=True)
class Grid:
    """One cadence: its periods and the services that owe something in them."""

    cadence: Cadence
    columns: Sequence[Column]
    blocks: Sequence[Block]


def services(access: Access) -> ServiceQuerySet:
    """Services with anything on the calendar, with the people who are accountable for their domains."""
    owed = CheckOccurrence.objects.filter(service=OuterRef("pk"))
    held = Assignment.objects.current().filter(role=AssignmentRole.ACCOUNTABLE).select_related("person", "domain")
    return (
        Service.objects.visible_to(access)
        .exclude(state=ServiceState.RETIRED)
        .filter(Exists(owed))
        .select_related("owner")
        .prefetch_related(Prefetch("assignments", queryset=held, to_attr="holders"))
        .order_by("name")
    )


def mine(found: ServiceQuerySet, access: Access) -> ServiceQuerySet:
    """Those in which a check is this person's to answer."""
    own = CheckOccurrence.objects.filter(waiting.held_by(waiting.standing_for(access.person), "service"))
    return found.filter(pk__in=own.values("service"))


def late(found: ServiceQuerySet, now: datetime.datetime) -> ServiceQuerySet:
    """Those in which a check is late now."""
    return found.filter(Exists(_running(now).filter(service=OuterRef("pk"), due_at__lte=now)))


def grids(page: Iterable[Service], now: datetime.datetime) -> list[Grid]:
    """The calendar of these services (of `services`): one statement, whatever their number."""
    shown = {service.pk: service for service in page}
    rows = CheckOccurrence.objects.filter(_window(now), service__in=shown).select_related("version", "recurring_check")
    by_cadence: dict[str, list[CheckOccurrence]] = {}
    for row in rows.order_by("recurring_check__position", "opens_at"):
        by_cadence.setdefault(row.cadence, []).append(row)
    return [_grid(cadence, by_cadence[cadence], shown, now) for cadence in SHOWN if cadence in by_cadence]


def state(occurrence: CheckOccurrence, now: datetime.datetime) -> str:
    """Which of WORDS an occurrence is at `now`."""
    if occurrence.result == CheckResult.NOT_OWED:
        return "na"
    if occurrence.result == CheckResult.NOT_DONE:
        return "reason"
    if occurrence.result:
        return "done" if occurrence.result == CheckResult.PASS else "failed"
    if occurrence.ends_at <= now:
        return "missed"
    return "late" if occurrence.due_at <= now else "due"


@dataclass(frozen=True)
class TeamFigures:
    """A team's checks in numbers, in the periods shown, as far as the viewer may see its services."""

    slug: str
    name: str
    done: int
    failed: int
    missed: int
    late: int


def figures(access: Access, now: datetime.datetime) -> list[TeamFigures]:
    """Each team with checks this person may see; one statement."""
    running, over = Q(result="", ends_at__gt=now), Q(result="", ends_at__lte=now)
    rows = (
        CheckOccurrence.objects.visible_to(access)
        .filter(_window(now))
        .exclude(service__state=ServiceState.RETIRED)
        .order_by("service__scope__team__name")
        .values_list("service__scope__team__slug", "service__scope__team__name")
        .annotate(
            done=Count("pk", filter=Q(result=CheckResult.PASS)),
            failed=Count("pk", filter=Q(result=CheckResult.FAIL)),
            missed=Count("pk", filter=over),
            late=Count("pk", filter=running & Q(due_at__lte=now)),
        )
    )
    return [TeamFigures(*row) for row in rows]


def of_person(access: Access, now: datetime.datetime) -> OccurrenceQuerySet:
    """What this person has to do now: running checks that are theirs, or of those for whom they stand in.

    A check is whose its domain is; the service owner's where it has none or nobody holds it.
    """
    own = waiting.held_by(waiting.standing_for(access.person), "service")
    found = _running(now).visible_to(access).filter(own)
    related = found.select_related("service__scope__team", "version", "recurring_check")
    return related.order_by("due_at", "service__name", "recurring_check__position")


def _running(now: datetime.datetime) -> OccurrenceQuerySet:
    return CheckOccurrence.objects.open().filter(opens_at__lte=now, ends_at__gt=now)


def _window(now: datetime.datetime) -> Q:
    found = Q()
    for cadence, count in SHOWN.items():
        found |= Q(cadence=cadence, opens_at__gt=now - datetime.timedelta(days=LENGTH[cadence] * count))
    return found


def _grid(
    cadence: Cadence, rows: Sequence[CheckOccurrence], shown: Mapping[int, Service], now: datetime.datetime
) -> Grid:
    columns = _columns(cadence, rows)
    of_service: dict[int, list[CheckOccurrence]] = {}
    for row in rows:
        of_service.setdefault(row.service_id, []).append(row)
    blocks = [
        Block(service, [_line(service, list(found), columns, now) for _, found in groupby(own, _check)])
        for pk, service in shown.items()
        if (own := of_service.get(pk))
    ]
    return Grid(cadence, columns, blocks)


def _check(row: CheckOccurrence) -> int:
    return row.recurring_check_id


def _columns(cadence: Cadence, rows: Iterable[CheckOccurrence]) -> list[Column]:
    opened: dict[str, datetime.datetime] = {}
    for row in rows:
        opened[row.period] = min(row.opens_at, opened.get(row.period, row.opens_at))
    periods = sorted(opened, key=lambda period: opened[period])[-SHOWN[cadence] :]
    return [
        Column(period, _words(cadence, period, opened[period]), _css(len(periods) - at))
        for at, period in enumerate(periods)
    ]


def _words(cadence: Cadence, period: str, opened: datetime.datetime) -> str:
    if cadence is Cadence.MONTHLY:
        return f"{opened + datetime.timedelta(days=1):%b}"
    return period.partition("-")[2]


def _css(from_right: int) -> str:
    if from_right == 1:
        return "is-now"
    if from_right > OLDER:
        return "is-old"
    return "is-older" if from_right > RECENT else "is-recent"


def _line(service: Service, rows: Sequence[CheckOccurrence], columns: Sequence[Column], now: datetime.datetime) -> Line:
    found = {row.period: row for row in rows}
    cells = [
        Cell(column, row, state(row, now)) if (row := found.get(column.period)) else Cell(column, None, "next")
        for column in columns
    ]
    return Line(rows[-1].version.row.title, cells, _owner(service, rows[-1].domain_key))


def _owner(service: Service, domain: str) -> str:
    """Who is accountable, by name; the service owner where nobody holds the domain. Reads what `services` brought."""
    holders: list[Assignment] = service.holders  # type: ignore[attr-defined]  # prefetched
    return next((held.person.name for held in holders if held.domain.key == domain), service.owner.name)
