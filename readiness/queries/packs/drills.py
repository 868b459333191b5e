"""The drills of the period, for chapter 10, and the one that proved the way back at its end."""

import datetime
from collections.abc import Iterable, Sequence

from readiness.choices import DrillKind, DrillResult
from readiness.models import Drill, Service
from readiness.queries import drills as drill_queries
from readiness.queries import way_back
from readiness.queries.packs.moments import Moment
from readiness.rules.pack_manifest import Entry, evidence_path
from readiness.rules.pack_sections import Cell, Column, Facts, Mark, Section, Table, Text

CHAPTER = 10
AFTERWARDS = "What was noted, and what they prove at the end of the period"
COLUMNS = (
    Column("Drill", 30),
    Column("When, UTC", 21),
    Column("From, back to", 43),
    Column("Where, who", 36),
    Column("Result", 38),
)


def shown(service: Service, at: Moment) -> list[Drill]:
    """The drills of the period, newest first, and the newest rollback drill before it where the period has none."""
    known = drill_queries.of_service(service, at.at)
    found = list(known.order_by("-performed_at", "-pk"))
    within = [drill for drill in found if drill.performed_at >= at.starts]
    if not any(drill.kind == DrillKind.ROLLBACK for drill in within):
        within += [drill for drill in found if drill.kind == DrillKind.ROLLBACK and drill not in within][:1]
    return within


def sections(service: Service, found: Sequence[Drill], at: Moment) -> tuple[Section, ...]:
    """What chapter 10 says of them. `service` is as it stood, for the way back as it was."""
    if not found:
        words = "No drill was recorded in this period, and no rollback drill before it: nothing proves the way back."
        return (Section(CHAPTER, (Text((words,), label="Drills"),)),)
    table = Table(COLUMNS, tuple(_row(drill, at) for drill in found), heading="Drills")
    rows = (_way_back(service, found, at), *_notes(found))
    return (Section(CHAPTER, (table, Facts(rows, heading=AFTERWARDS))),)


def files(service: Service, found: Iterable[Drill]) -> tuple[Entry, ...]:
    """What was written down of them, as files of the archive; redacted ones are gone."""
    kept = [drill.attachment for drill in found if drill.attachment and drill.attachment.redacted_at is None]
    return tuple(
        Entry(evidence_path(one.name, one.sha256), one.name, one.size, one.sha256, service.slug) for one in kept
    )


def _row(drill: Drill, at: Moment) -> tuple[Cell, ...]:
    performed = drill.performed_at.astimezone(datetime.UTC)
    before = "" if drill.performed_at >= at.starts else "before the period"
    passed = drill.result == DrillResult.PASSED
    return (
        Cell(f"{drill.get_kind_display()} drill", f"R-{drill.pk}" + (f", {before}" if before else "")),
        Cell(f"{performed:%Y-%m-%d}", f"{performed:%H:%M:%S}"),
        Cell(drill.from_version, f"back to {drill.to_version}"),
        Cell(drill.environment.name, _people(drill)),
        Cell(
            f"{drill.get_result_display()} in {drill.minutes.normalize():f} minutes",
            _proof(drill),
            Mark.DONE if passed else Mark.FAILED,
        ),
    )


def _people(drill: Drill) -> str:
    by, recorded = drill.performed_by, drill.recorded_by
    return by.name if by == recorded else f"{by.name}, recorded by {recorded.name}"


def _proof(drill: Drill) -> str:
    if drill.attachment is not None:
        redacted = ", redacted" if drill.attachment.redacted_at else ""
        return f"{drill.attachment.name}{redacted}"
    return drill.link


def _way_back(service: Service, found: Sequence[Drill], at: Moment) -> tuple[str, Cell]:
    """Whether the newest rollback drill proved the way back at the end of the period, by the portal's own rule."""
    newest = next((drill for drill in found if drill.kind == DrillKind.ROLLBACK), None)
    if newest is None:
        return "The way back", Cell("No rollback drill is on record.")
    refusal, until = drill_queries.standing_on(
        newest, service, at.day_in(service.team.time_zone), way_back.digest(service, at.at)
    )
    words = f"does not prove the way back: {refusal}" if refusal else f"proves the way back until {until}."
    return "The way back", Cell(f"R-{newest.pk} {words}")


def _notes(found: Iterable[Drill]) -> Iterable[tuple[str, Cell]]:
    for drill in found:
        if drill.note:
            yield f"R-{drill.pk}", Cell(drill.note)
