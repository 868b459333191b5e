"""Moments and days in the words of the interface: "12 Nov 2026, 15:02", "today, 15:02", "due tomorrow, 17:00".

Pure: `now` and the zone come in, so that a page, a mail and a test say the same. A day without a time (`date`) is a
day of the reader's calendar; a moment (`datetime`) is aware and shown in the reader's zone.
"""

import datetime
import zoneinfo
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Literal, NamedTuple

Moment = datetime.date | datetime.datetime
Urgency = Literal["", "soon", "late"]

SOON = datetime.timedelta(days=3)
"""How long before it is due a thing is shown as due soon."""

EARLIEST, LATEST = datetime.date(2000, 1, 1), datetime.date(2099, 12, 31)
"""Days that somebody can mean: what is reckoned from them, in any time zone, stays within the calendar."""
OUTSIDE = "Choose a day between 2000 and 2099."

_NEAR = {-1: "yesterday", 0: "today", 1: "tomorrow"}


class Due(NamedTuple):
    """When something is due, in words, and how it is to be shown."""

    words: str
    urgency: Urgency


def zones_by_day(now: datetime.datetime) -> Mapping[datetime.date, tuple[str, ...]]:
    """The IANA zones by the day it is there at an aware moment: there are two or three days on Earth at any."""
    moment = now.astimezone(datetime.UTC)
    # Clocks differ from UTC by whole quarters of an hour, so no day begins within one.
    return _zones_by_day(moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0))


@lru_cache(maxsize=4)
def _zones_by_day(moment: datetime.datetime) -> Mapping[datetime.date, tuple[str, ...]]:
    found: dict[datetime.date, list[str]] = {}
    for zone in _zones():
        found.setdefault(moment.astimezone(zone).date(), []).append(zone.key)
    return {day: tuple(names) for day, names in found.items()}


@cache
def _zones() -> tuple[zoneinfo.ZoneInfo, ...]:
    """Every zone, read from its file once: all are asked, and the standard library keeps a handful."""
    return tuple(zoneinfo.ZoneInfo(name) for name in sorted(zoneinfo.available_timezones()))


def can_be_meant(moment: Moment) -> bool:
    """Whether a day or a moment lies between the days that somebody can mean."""
    return EARLIEST.year <= moment.year <= LATEST.year


def day_words(day: datetime.date, *, year: bool = True) -> str:
    """A day: "12 Nov 2026", or "12 Nov" where the year is plain from what stands around it."""
    return f"{day.day} {day:%b %Y}" if year else f"{day.day} {day:%b}"


def moment_words(moment: Moment, now: datetime.datetime, zone: datetime.tzinfo) -> str:
    """A moment with its time: relative within a day either way, with its date otherwise. A day never gets a time."""
    day, clock = _local(moment, zone)
    away = (day - now.astimezone(zone).date()).days
    name = _NEAR.get(away) if clock or away == 0 else None
    return f"{name or day_words(day)}{clock}"


def short_words(moment: Moment, now: datetime.datetime, zone: datetime.tzinfo) -> str:
    """For dense rows: the time if it is today, the day without its year if it is this year, else the whole day."""
    day, clock = _local(moment, zone)
    today = now.astimezone(zone).date()
    if day == today and clock:
        return clock.removeprefix(", ")
    return day_words(day, year=day.year != today.year)


def due_words(due: Moment, now: datetime.datetime, zone: datetime.tzinfo) -> Due:
    """When it is due, or how late it is: "due tomorrow, 17:00", "due 18 Nov", "due 10 Nov, 2 days late"."""
    day, clock = _local(due, zone)
    today = now.astimezone(zone).date()
    near = _NEAR.get((day - today).days)
    named = f"{near}{clock}" if near else day_words(day, year=day.year != today.year)
    late = _late_words(due, now, today)
    if late:
        return Due(f"due {named}, {late}", "late")
    return Due(f"due {named}", "soon" if day - today <= SOON else "")


def utc_words(moment: datetime.datetime) -> str:
    """The same moment in UTC, for titles: "12 Nov 2026, 14:02 UTC"."""
    utc = moment.astimezone(datetime.UTC)
    return f"{day_words(utc.date())}, {utc:%H:%M} UTC"


def _local(moment: Moment, zone: datetime.tzinfo) -> tuple[datetime.date, str]:
    if isinstance(moment, datetime.datetime):
        here = moment.astimezone(zone)
        return here.date(), f", {here:%H:%M}"
    return moment, ""


def _late_words(due: Moment, now: datetime.datetime, today: datetime.date) -> str:
    """How late: by the hour within the first day, by the day after it; nothing while there is time left."""
    if not isinstance(due, datetime.datetime):
        return _counted((today - due).days, "day")
    late = now - due
    if late <= datetime.timedelta(0):
        return ""
    return _counted(late.days, "day") or _counted(int(late / datetime.timedelta(hours=1)), "hour") or "late"


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'} late" if number > 0 else ""
