"""When a recurring check opens, is due and is missed (catalogue.md, section 3), in the zone of the team. Pure.

A *timetable* says on which days of a period a check opens and is due. A *period* is one week, month or quarter of
it, as moments in UTC. Periods follow one another without a gap: one ends when the next opens, and what is not done
by then is missed.
"""

import calendar
import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from portal import local_time
from readiness.choices import Cadence

MONTHS = {Cadence.MONTHLY: 1, Cadence.QUARTERLY: 3}
"""How many months a period lasts; a week is none."""
LAST_DAY = 31
"""A day of the month that means its last one, in short months too."""
SATURDAY = 5
WEEK = datetime.timedelta(days=7)
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, order=True)
class Point:
    """A day of the period and a time of that day.

    The day is 0 for Monday to 6 for Sunday in a week, and 1 to 31 of the month, or of a quarter's first month.
    """

    day: int
    time: datetime.time


@dataclass(frozen=True)
class Timetable:
    """When checks of one cadence open, and by when they are due."""

    cadence: Cadence
    opens: Point
    due: Point


@dataclass(frozen=True)
class Period:
    """One week, month or quarter: its name ("2026-W47", "2026-11", "2026-Q4") and its moments in UTC."""

    name: str
    opens: datetime.datetime
    due: datetime.datetime
    ends: datetime.datetime


SHIPPED = {
    Cadence.WEEKLY: Timetable(Cadence.WEEKLY, Point(0, datetime.time(9)), Point(4, datetime.time(17))),
    Cadence.MONTHLY: Timetable(Cadence.MONTHLY, Point(1, datetime.time(9)), Point(10, datetime.time(17))),
    Cadence.QUARTERLY: Timetable(Cadence.QUARTERLY, Point(1, datetime.time(9)), Point(LAST_DAY, datetime.time(17))),
}
"""What holds where a team has said nothing else (product.md, Recurring checks)."""


def refusals(timetable: Timetable) -> dict[str, list[str]]:
    """What speaks against a timetable, by field; empty when nothing does."""
    first, last = (0, 6) if timetable.cadence is Cadence.WEEKLY else (1, LAST_DAY)
    found: dict[str, list[str]] = {}
    for name, point in (("opens_day", timetable.opens), ("due_day", timetable.due)):
        if not first <= point.day <= last:
            found[name] = ["There is no such day in the period."]
    if not found and timetable.opens >= timetable.due:
        found["due_day"] = ["It is due before it opens."]
    return found


def periods_since(
    timetable: Timetable, zone: datetime.tzinfo, since: datetime.datetime, now: datetime.datetime
) -> Iterator[Period]:
    """The periods that opened at or after `since` and have opened by `now`, the oldest first.

    The first full period of a service that went live at `since` is the first of them; nothing is owed for the one
    that was already running.
    """
    start = _start(timetable.cadence, since.astimezone(zone).date() - WEEK)
    while (period := _period(timetable, start, zone)).opens <= now:
        if period.opens >= since:
            yield period
        start = _next(timetable.cadence, start)


def _period(timetable: Timetable, start: datetime.date, zone: datetime.tzinfo) -> Period:
    return Period(
        name=_name(timetable.cadence, start),
        opens=_opens(timetable, start, zone),
        due=_moment(timetable, timetable.due, start, zone),
        ends=_opens(timetable, _next(timetable.cadence, start), zone),
    )


def _opens(timetable: Timetable, start: datetime.date, zone: datetime.tzinfo) -> datetime.datetime:
    return _moment(timetable, timetable.opens, start, zone)


def _moment(timetable: Timetable, point: Point, start: datetime.date, zone: datetime.tzinfo) -> datetime.datetime:
    if timetable.cadence is Cadence.WEEKLY:
        day = start + DAY * point.day
    else:
        last = calendar.monthrange(start.year, start.month)[1]
        day = _working_day(start.replace(day=min(point.day, last)))
    return local_time.moment(day, point.time, zone)


def _working_day(day: datetime.date) -> datetime.date:
    """That day, or the Monday after its weekend. A team that names a weekend day for its week means that day."""
    return day + DAY * max(0, 7 - day.weekday()) if day.weekday() >= SATURDAY else day


def _start(cadence: Cadence, day: datetime.date) -> datetime.date:
    """The first day of the week, month or quarter that the day lies in."""
    if cadence is Cadence.WEEKLY:
        return day - DAY * day.weekday()
    months = MONTHS[cadence]
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


def _next(cadence: Cadence, start: datetime.date) -> datetime.date:
    if cadence is Cadence.WEEKLY:
        return start + WEEK
    years, month = divmod(start.month - 1 + MONTHS[cadence], 12)
    return start.replace(year=start.year + years, month=month + 1)


def _name(cadence: Cadence, start: datetime.date) -> str:
    if cadence is Cadence.WEEKLY:
        year, week, _ = start.isocalendar()
        return f"{year}-W{week:02}"
    if cadence is Cadence.QUARTERLY:
        return f"{start.year}-Q{(start.month - 1) // 3 + 1}"
    return f"{start:%Y-%m}"
