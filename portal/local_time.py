"""When a time on the wall comes in a time zone, clocks going forward and back included. Pure.

Every recurring moment of the portal is made here (promises.md, R21): a day and a time of day in a zone give one
moment, on every day of every zone.
"""

import datetime

SECOND = datetime.timedelta(seconds=1)


def moment(day: datetime.date, time: datetime.time, zone: datetime.tzinfo) -> datetime.datetime:
    """The moment, in UTC, at which it is `time` on that day in `zone`.

    A time that comes twice on that day, because the clocks go back, means its first coming. A time that does not come,
    because the clocks go forward over it, means the first moment after the jump.
    """
    wall = datetime.datetime.combine(day, time.replace(tzinfo=None))
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(datetime.UTC) for fold in (0, 1))
    return first if _wall(first, zone) == wall else _jump(second, first, zone)


def end_of(day: datetime.date, zone: datetime.tzinfo) -> datetime.datetime:
    """The first moment (UTC) after that day in `zone`."""
    return moment(day + datetime.timedelta(days=1), datetime.time(), zone)


def _wall(at: datetime.datetime, zone: datetime.tzinfo) -> datetime.datetime:
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def _jump(before: datetime.datetime, after: datetime.datetime, zone: datetime.tzinfo) -> datetime.datetime:
    """The first second between two moments at which the zone's offset is the later one's."""
    offset = after.astimezone(zone).utcoffset()
    while after - before > SECOND:
        middle = before + SECOND * ((after - before) // SECOND // 2)
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after
