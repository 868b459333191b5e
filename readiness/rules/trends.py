"""How the counts of many services moved from week to week: two numbers, never one, and what stands on credit."""

import datetime
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

COUNTS = ("applicable", "answered", "green", "waived")
"""What is kept of each week, by name."""

A_WEEK = datetime.timedelta(weeks=1)


@dataclass(frozen=True)
class Week:
    """The counts of one service as they last stood in the week that begins on this Monday (UTC)."""

    service: int
    monday: datetime.date
    applicable: int
    answered: int
    green: int
    waived: int


@dataclass(frozen=True)
class Point:
    """The sums over all services at the end of a week."""

    monday: datetime.date
    applicable: int = 0
    answered: int = 0
    green: int = 0
    waived: int = 0

    def share(self, name: str) -> int:
        """One count in percent of the applicable items, rounded down, so that 100 means all."""
        return 100 * getattr(self, name) // self.applicable if self.applicable else 0


def week_of(moment: datetime.datetime) -> datetime.date:
    """The Monday of the week (UTC) in which a moment lies."""
    day = moment.astimezone(datetime.UTC).date()
    return day - datetime.timedelta(days=day.weekday())


def points(kept: Iterable[Week], until: datetime.date, weeks: int) -> list[Point]:
    """The sums of the last `weeks` weeks up to the Monday `until`; a service stays as it was until it changes.

    Weeks before the first service was counted are left out.
    """
    mondays = [until - A_WEEK * back for back in reversed(range(weeks))]
    standing = [_carried(rows, mondays) for rows in _by_service(kept)]
    found = [_sum(monday, [row[place] for row in standing]) for place, monday in enumerate(mondays)]
    return list(itertools.dropwhile(lambda point: not point.applicable, found))


def _by_service(kept: Iterable[Week]) -> Iterable[list[Week]]:
    ordered = sorted(kept, key=lambda week: (week.service, week.monday))
    for _, rows in itertools.groupby(ordered, key=lambda week: week.service):
        yield list(rows)


def _carried(rows: Sequence[Week], mondays: Sequence[datetime.date]) -> list[Week | None]:
    """For each Monday the newest of one service's rows that is not later."""
    return [next((row for row in reversed(rows) if row.monday <= monday), None) for monday in mondays]


def _sum(monday: datetime.date, rows: Sequence[Week | None]) -> Point:
    counted = [row for row in rows if row]
    return Point(monday, **{name: sum(getattr(row, name) for row in counted) for name in COUNTS})
