"""Recurring checks as they stood: chapter 7, how many were overdue, and what was missed in a row."""

import datetime
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from portal import revisions
from portal.models import User
from readiness.choices import Cadence, CheckResult
from readiness.models import CheckOccurrence, OccurrenceRevision, Service
from readiness.queries.packs.moments import Moment
from readiness.rules.missed_checks import Cycle
from readiness.rules.pack_sections import Cell, Column, Legend, Mark, Section, Table, Text

CHAPTER = 7
STRIP, AT_ONCE = 6.0, 16
"""Millimetres that a period takes, and how many stand side by side."""
LEGEND = Legend((Mark.DONE, Mark.LATE, Mark.FAILED, Mark.MISSED, Mark.NOT_DONE, Mark.UNANSWERED, Mark.NOT_DUE))


@dataclass(frozen=True)
class Stood:
    """One check of one period as it stood at the moment."""

    row: CheckOccurrence
    result: str
    note: str
    by: str
    done_at: datetime.datetime | None

    @property
    def cycle(self) -> Cycle:
        """The same for the rule that counts missed cycles."""
        row = self.row
        return Cycle(row.recurring_check.key, row.pillar, row.due_at, row.ends_at, self.result)

    def mark(self, now: datetime.datetime) -> Mark:
        """What the strip shows."""
        if self.result == CheckResult.PASS:
            return Mark.LATE if self.done_at and self.done_at > self.row.due_at else Mark.DONE
        if self.result == CheckResult.FAIL:
            return Mark.FAILED
        if self.result == CheckResult.NOT_DONE:
            return Mark.NOT_DONE
        if self.result == CheckResult.NOT_OWED:
            return Mark.NOT_APPLICABLE
        if self.row.ends_at <= now:
            return Mark.MISSED
        return Mark.UNANSWERED if self.row.due_at <= now else Mark.NOT_DUE


def as_they_stood(service: Service, at: Moment) -> list[Stood]:
    """Every check opened by the moment, in the order of the catalogue and of time: three statements."""
    opened = CheckOccurrence.objects.filter(service=service, opens_at__lte=at.at)
    rows = opened.select_related("recurring_check", "version").order_by("recurring_check__position", "opens_at")
    known = revisions.as_of(OccurrenceRevision.objects.filter(subject__service=service), at.number)
    said = {one.subject_id: (json.loads(one.content), one.event.at) for one in known.select_related("event")}
    names = _names(said.values())
    return [_stood(row, said, names, at) for row in rows]


def _names(said: Iterable[tuple[dict[str, str], datetime.datetime]]) -> dict[str, str]:
    people = {content["by"] for content, _ in said if content["by"]}
    rows = User.objects.filter(public_id__in=people).values_list("public_id", "name")
    return {str(public_id): name for public_id, name in rows}


def _stood(
    row: CheckOccurrence,
    said: dict[int, tuple[dict[str, str], datetime.datetime]],
    names: dict[str, str],
    at: Moment,
) -> Stood:
    if row.pk in said and said[row.pk][0]["result"]:
        content, done_at = said[row.pk]
        return Stood(row, content["result"], content["note"], names.get(content["by"], ""), done_at)
    ended = row.result == CheckResult.NOT_OWED and row.done_at is not None and row.done_at <= at.at
    return Stood(row, CheckResult.NOT_OWED if ended else "", "", "", None)


def overdue(found: Iterable[Stood], at: Moment) -> int:
    """How many waited past their due moment at the end of the period."""
    return sum(1 for one in found if not one.result and one.row.due_at <= at.now < one.row.ends_at)


def sections(found: Sequence[Stood], at: Moment) -> tuple[Section, ...]:
    """Chapter 7: a strip of periods for each check, and in words what did not pass."""
    within = [one for one in found if one.row.ends_at > at.starts]
    if not within:
        words = (
            "No check was owed in this period. Checks are owed from the first full period after a service went live."
        )
        return (Section(CHAPTER, (Text((words,), label="Checks"),)),)
    tables = [table for cadence in Cadence for table in _strips(cadence, within, at)]
    return (Section(CHAPTER, (LEGEND, *tables, *_in_words(within, at))),)


def _strips(cadence: Cadence, found: Sequence[Stood], at: Moment) -> Iterable[Table]:
    of_cadence = [one for one in found if one.row.cadence == cadence]
    periods = sorted({one.row.period: one.row.opens_at for one in of_cadence}.items(), key=lambda each: each[1])
    for start in range(0, len(periods), AT_ONCE):
        names = [period for period, _ in periods[start : start + AT_ONCE]]
        strips = tuple(Column(name.partition("-")[2].removeprefix("W"), STRIP, is_strip=True) for name in names)
        room = 168 - STRIP * len(names)
        rows = tuple(_strip(list(of_check), names, at) for _, of_check in groupby(of_cadence, _key))
        yield Table((Column(f"{cadence.label}, {names[0][:4]}", room), *strips), rows)


def _key(one: Stood) -> str:
    return one.row.recurring_check.key


def _strip(found: Sequence[Stood], names: Sequence[str], at: Moment) -> tuple[Cell, ...]:
    by_period = {one.row.period: one for one in found}
    cells = (
        Cell(mark=by_period[name].mark(at.now)) if name in by_period else Cell(mark=Mark.NOT_APPLICABLE)
        for name in names
    )
    last = found[-1].row
    return (Cell(last.version.row.title, second=last.recurring_check.key), *cells)


def _in_words(found: Sequence[Stood], at: Moment) -> Iterable[Table]:
    told = (Mark.FAILED, Mark.MISSED, Mark.NOT_DONE, Mark.UNANSWERED)
    rows = tuple(
        (
            Cell(one.row.version.row.title, second=f"{_key(one)}, {one.row.period}"),
            Cell("Overdue" if one.mark(at.now) is Mark.UNANSWERED else "", mark=one.mark(at.now)),
            Cell(one.by, second=f"{one.done_at.astimezone(datetime.UTC):%Y-%m-%d %H:%M:%S}" if one.done_at else ""),
            Cell(one.note),
        )
        for one in sorted(found, key=lambda each: (each.row.opens_at, _key(each)))
        if one.mark(at.now) in told
    )
    if rows:
        columns = (Column("Check", 50), Column("Result", 34), Column("By, when (UTC)", 34), Column("What was said", 50))
        yield Table(columns, rows, heading="What did not pass")
