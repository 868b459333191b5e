"""What the no-go triggers look at: owners and absences, dependencies, drills. Two statements."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import (
    BooleanField,
    DateField,
    DateTimeField,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    SmallIntegerField,
    Subquery,
    Value,
)

from portal import clock
from portal.dates import day_words
from portal.queries import unions
from readiness.catalogue import loader
from readiness.choices import AssignmentRole, DrillKind, DrillResult
from readiness.models import Absence, Dependency, Drill, OwnershipDomain
from readiness.queries import counting_evidence, measured_checks, way_back
from readiness.queries.launch_subjects import Subject
from readiness.rules import drills as drill_rules
from readiness.rules import ownership, triggers

DRILLS_READ = 20


@dataclass(frozen=True)
class Owner:
    """A person as far as ownership is concerned: opaque id and name."""

    public_id: str
    name: str


@dataclass(frozen=True)
class Ownership:
    """The domains that apply, and who is accountable for each, by its key."""

    domains: tuple[triggers.DomainFacts, ...]
    accountable: Mapping[str, Owner]


@dataclass(frozen=True)
class RollbackDrill:
    """A rollback drill with its standing: why it does not count now, or until when it does."""

    drill: Drill
    line: triggers.DrillLine

    @property
    def counts(self) -> bool:
        """Whether it proves the way back today."""
        return not self.line.refusal


@dataclass(frozen=True)
class LaunchFacts:
    """What the triggers look at beside the items: the same for every environment of a release."""

    day: datetime.date
    ownership: Ownership
    dependencies: Sequence[triggers.DependencyFacts]
    drills: Sequence[RollbackDrill]
    measured: Sequence[triggers.MeasuredLine] = ()


def of(subject: Subject, now: datetime.datetime) -> LaunchFacts:
    """All of them: two statements, and one for what is measured where something was deployed."""
    day = launch_day(subject, now)
    drills = rollback_drills(subject, subject.today(now))
    measured = measured_checks.lines(subject.service) if subject.is_production and subject.used_before else ()
    owned, needed = declared(subject, day)
    return LaunchFacts(day, owned, needed, drills, measured)


def launch_day(subject: Subject, now: datetime.datetime) -> datetime.date:
    """The planned day, or today where none is planned or it has passed."""
    today = subject.today(now)
    return max(subject.release.planned_on or today, today)


class Declared(NamedTuple):
    """A line of the one statement: a domain (by its `position`) with who is accountable for it, or a dependency.

    `said` is the person's name, or the state that was declared; `more` who stands in, or the note beside the state.
    """

    key: str
    position: int | None
    public_id: UUID | None
    said: str | None
    active: bool | None
    away_until: datetime.date | None
    more: str | None
    at: datetime.datetime | None


def declared(subject: Subject, day: datetime.date) -> tuple[Ownership, list[triggers.DependencyFacts]]:
    """Who owns what and what is said of each dependency: few rows of plain facts each, read in one statement."""
    rows = unions.read(Declared, (_owned(subject, day), _needed(subject)))
    owned = sorted((row for row in rows if row.position is not None), key=lambda row: row.position or 0)
    needed = sorted((row for row in rows if row.position is None), key=lambda row: row.key)
    return _ownership(subject, owned), [_dependency(subject, row) for row in needed]


def _owned(subject: Subject, day: datetime.date) -> QuerySet[OwnershipDomain, Any]:
    """Who is accountable for what, and who of them is away on `day`; a deputy who is away too stands in for nobody."""
    held = Q(
        assignments__service=subject.service,
        assignments__role=AssignmentRole.ACCOUNTABLE,
        assignments__ended_event__isnull=True,
    )
    away = Absence.objects.on(day).filter(person=OuterRef("held__person")).order_by("-ends_on")
    return unions.part(
        OwnershipDomain.objects.annotate(held=FilteredRelation("assignments", condition=held)),
        Declared,
        key="key",
        position="position",
        public_id="held__person__public_id",
        said="held__person__name",
        active="held__person__is_active",
        away_until=Subquery(away.values("ends_on")[:1]),
        more=Subquery(away.stood_in().values("deputy__name")[:1]),
        at=Value(None, output_field=DateTimeField()),
    )


def _needed(subject: Subject) -> QuerySet[Dependency, Any]:
    """What the team declared about each external dependency."""
    return unions.part(
        subject.service.dependencies.filter(removed_at__isnull=True),
        Declared,
        key="name",
        position=Value(None, output_field=SmallIntegerField()),
        public_id="public_id",
        said="state",
        active=Value(None, output_field=BooleanField()),
        away_until=Value(None, output_field=DateField()),
        more="note",
        at="declared_at",
    )


def _ownership(subject: Subject, rows: Sequence[Declared]) -> Ownership:
    rules = [ownership.DomainRule(row.key, loader.ownership_domain(row.key).when) for row in rows]
    holders = {row.key: Owner(str(row.public_id), row.said or "") for row in rows if row.public_id}
    applies = {found.key for found in ownership.domains(rules, subject.service.traits, holders) if found.applies}
    return Ownership(
        domains=tuple(
            triggers.DomainFacts(
                title=loader.ownership_domain(row.key).title,
                person=row.said or "",
                closed=row.active is False,
                away_until=row.away_until,
                deputy=row.more or "",
                id=row.key,
            )
            for row in rows
            if row.key in applies
        ),
        accountable=holders,
    )


def _dependency(subject: Subject, row: Declared) -> triggers.DependencyFacts:
    day = clock.today_in(subject.service.team.time_zone, row.at) if row.at else None
    return triggers.DependencyFacts(row.key, row.said or "", day, row.more or "", str(row.public_id))


def rollback_drills(subject: Subject, today: datetime.date) -> list[RollbackDrill]:
    """The newest rollback drills, each held against the way back as it is now."""
    time_zone = subject.service.team.time_zone
    known = subject.service.drills.filter(kind=DrillKind.ROLLBACK).select_related("environment", "performed_by")
    rows = list(known.annotate(**way_back.read_along("service"))[:DRILLS_READ])
    proven, found = way_back.digest_read_along(subject.service, rows[0]) if rows else "", []
    told = [counting_evidence.drill_facts(drill, time_zone) for drill in rows]
    for drill, facts, refusal in zip(rows, told, drill_rules.standing(told, proven, today), strict=True):
        line = triggers.DrillLine(
            words(drill, facts.performed_on), refusal, drill_rules.valid_until(facts.performed_on), str(drill.public_id)
        )
        found.append(RollbackDrill(drill, line))
    return found


def words(drill: Drill, performed_on: datetime.date) -> str:
    """A rollback drill as a sentence, with the team's day on which it was."""
    went = "went back" if drill.result == DrillResult.PASSED else "did not get back"
    return (
        f"{drill.performed_by.name} {went} from {drill.from_version} to {drill.to_version} in "
        f"{drill.environment.name} on {day_words(performed_on)}, {minutes(drill)}."
    )


def minutes(drill: Drill) -> str:
    """How long it took: "4.5 minutes"."""
    number = f"{drill.minutes.normalize():f}"
    return "1 minute" if number == "1" else f"{number} minutes"


def listed(found: Sequence[RollbackDrill]) -> list[triggers.DrillLine]:
    """The drills as the trigger takes them."""
    return [one.line for one in found]
