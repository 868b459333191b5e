"""R21: the right local time, once on each local day, in every zone, whatever the clocks do."""

import datetime
import zoneinfo
from datetime import UTC

import pytest

from portal import local_time
from tests.harness import results

YEARS = [datetime.date(2026, 1, 1) + datetime.timedelta(days=day) for day in range(3 * 365)]
TIMES = [datetime.time(0, 30), datetime.time(2, 30), datetime.time(9)]
ZONES = sorted(zoneinfo.available_timezones() - {"localtime", "Factory"})


def zone_changes(zone: zoneinfo.ZoneInfo) -> list[datetime.date]:
    """Days on which the clocks change, with the day before and after each: elsewhere nothing can go wrong."""
    offsets = [datetime.datetime.combine(day, datetime.time(12), zone).utcoffset() for day in YEARS]
    changed = [at for at in range(1, len(YEARS)) if offsets[at] != offsets[at - 1]]
    return [YEARS[near] for at in changed for near in (at - 1, at, at + 1) if near < len(YEARS)]


@pytest.mark.parametrize("time", TIMES, ids=str)
def test_a_time_comes_once_on_each_local_day_in_every_zone(time: datetime.time) -> None:
    moments = 0
    for name in ZONES:
        zone = zoneinfo.ZoneInfo(name)
        for day in {*YEARS[::30], *zone_changes(zone)}:
            came = local_time.moment(day, time, zone)
            moments += 1
            here = came.astimezone(zone)
            assert here.date() == day, name
            earlier = (came - datetime.timedelta(seconds=1)).astimezone(zone)
            if here.timetz().replace(tzinfo=None) == time:
                assert here.fold == 0, name
            else:  # the clocks go forward over it: the first moment after the jump, and no later one
                assert (earlier.date(), earlier.time()) < (day, time) < (day, here.time()), name
    results.tell("R21", f"{moments} moments in {len(ZONES)} zones right", "all", kept=moments > 20_000)


@pytest.mark.parametrize(
    ("zone", "day", "time", "utc"),
    [
        ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29 01:00"),  # does not come
        ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25 00:30"),  # comes twice
        ("Pacific/Chatham", "2026-04-05", "02:50", "2026-04-04 13:05"),  # back at 03:45 by an hour
        ("Pacific/Chatham", "2026-09-27", "03:00", "2026-09-26 14:00"),  # forward at 02:45 by an hour
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03 15:30"),  # forward by half an hour
        ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04 14:45"),  # back by half an hour
        ("Antarctica/Troll", "2026-03-29", "02:00", "2026-03-29 01:00"),  # forward by two hours
        ("America/Santiago", "2026-09-06", "00:30", "2026-09-06 04:00"),  # forward at midnight
    ],
)
def test_the_odd_zones_are_right(zone: str, day: str, time: str, utc: str) -> None:
    found = local_time.moment(
        datetime.date.fromisoformat(day), datetime.time.fromisoformat(time), zoneinfo.ZoneInfo(zone)
    )
    assert found == datetime.datetime.fromisoformat(utc).replace(tzinfo=UTC)
