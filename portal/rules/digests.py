"""On which day whose mail of the day is due (product.md, Reminders). Pure."""

import datetime
from dataclasses import dataclass

from portal import local_time

AT = datetime.time(9)
"""On the clock of the person who gets it."""
GRACE = datetime.timedelta(minutes=5)
"""What opens at nine where the person is belongs to this day's mail, so the mail waits for it."""


@dataclass(frozen=True)
class Due:
    """The day whose mail is due, and up to when a notice belongs to it (UTC). Later ones wait for the next day."""

    day: datetime.date
    until: datetime.datetime


def due(now: datetime.datetime, zone: datetime.tzinfo) -> Due | None:
    """The mail of today, from shortly after nine; None before. A late look finds the same as one on time."""
    day = now.astimezone(zone).date()
    until = local_time.moment(day, AT, zone) + GRACE
    return Due(day, until) if until <= now else None
