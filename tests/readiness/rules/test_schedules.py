"""When recurring checks open, are due and end: as the catalogue ships them, and as a team changes them."""

import datetime
import zoneinfo
from datetime import UTC

import pytest

from readiness.choices import Cadence
from readiness.rules import schedules
from readiness.rules.schedules import Point, Timetable

BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
NEW_YORK = zoneinfo.ZoneInfo("America/New_York")
WEEKLY, MONTHLY, QUARTERLY = (
    schedules.SHIPPED[cadence] for cadence in (Cadence.WEEKLY, Cadence.MONTHLY, Cadence.QUARTERLY)
)


def shown(moment: datetime.datetime, zone: zoneinfo.ZoneInfo = BERLIN) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def opened_last(timetable: Timetable, now: datetime.datetime) -> schedules.Period:
    """What a service that went live half a year ago is asked about now."""
    return list(schedules.periods_since(timetable, BERLIN, now - datetime.timedelta(days=182), now))[-1]


@pytest.mark.parametrize(
    ("timetable", "now", "name", "opens", "due", "ends"),
    [
        (WEEKLY, "2026-11-18 12:00", "2026-W47", "2026-11-16 09:00", "2026-11-20 17:00", "2026-11-23 09:00"),
        (WEEKLY, "2026-11-16 07:59", "2026-W46", "2026-11-09 09:00", "2026-11-13 17:00", "2026-11-16 09:00"),
        (WEEKLY, "2026-11-16 08:00", "2026-W47", "2026-11-16 09:00", "2026-11-20 17:00", "2026-11-23 09:00"),
        (WEEKLY, "2027-01-01 12:00", "2026-W53", "2026-12-28 09:00", "2027-01-01 17:00", "2027-01-04 09:00"),
        (MONTHLY, "2026-12-05 12:00", "2026-12", "2026-12-01 09:00", "2026-12-10 17:00", "2027-01-01 09:00"),
        # 1 August 2026 is a Saturday: it opens on Monday; 10 October is one: it is due on the 12th
        (MONTHLY, "2026-08-02 12:00", "2026-07", "2026-07-01 09:00", "2026-07-10 17:00", "2026-08-03 09:00"),
        (MONTHLY, "2026-10-11 12:00", "2026-10", "2026-10-01 09:00", "2026-10-12 17:00", "2026-11-02 09:00"),
        (QUARTERLY, "2026-11-21 12:00", "2026-Q4", "2026-10-01 09:00", "2026-11-02 17:00", "2027-01-01 09:00"),
        (QUARTERLY, "2026-01-01 07:00", "2025-Q4", "2025-10-01 09:00", "2025-10-31 17:00", "2026-01-01 09:00"),
    ],
)  # fmt: skip
def test_a_period_opens_is_due_and_ends_in_the_zone_of_the_team(
    timetable: Timetable, now: str, name: str, opens: str, due: str, ends: str
) -> None:
    period = opened_last(timetable, datetime.datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert (period.name, shown(period.opens), shown(period.due), shown(period.ends)) == (name, opens, due, ends)


def test_weeks_keep_their_local_hour_over_the_change_of_clocks() -> None:
    weeks = schedules.periods_since(
        WEEKLY, NEW_YORK, datetime.datetime(2026, 10, 20, tzinfo=UTC), datetime.datetime(2026, 11, 10, tzinfo=UTC)
    )
    assert [(shown(week.opens, NEW_YORK)[-5:], week.opens.hour) for week in weeks] == [
        ("09:00", 13),
        ("09:00", 14),
        ("09:00", 14),
    ]


def test_nothing_is_owed_for_the_period_that_ran_when_a_service_went_live() -> None:
    live = datetime.datetime(2026, 11, 3, 12, tzinfo=UTC)
    now = datetime.datetime(2026, 11, 21, 12, tzinfo=UTC)
    names = [period.name for period in schedules.periods_since(WEEKLY, BERLIN, live, now)]
    assert names == ["2026-W46", "2026-W47"]
    assert list(schedules.periods_since(MONTHLY, BERLIN, live, now)) == []


def test_a_late_look_finds_the_periods_that_looks_on_time_would_have_found() -> None:
    live, end = datetime.datetime(2026, 6, 1, tzinfo=UTC), datetime.datetime(2026, 12, 1, tzinfo=UTC)
    at_once = list(schedules.periods_since(MONTHLY, BERLIN, live, end))
    daily = {
        period.name
        for day in range(1, (end - live).days + 1)
        for period in schedules.periods_since(MONTHLY, BERLIN, live, live + datetime.timedelta(days=day))
    }
    assert {period.name for period in at_once} == daily


def test_a_period_ends_when_the_next_one_opens() -> None:
    for timetable in schedules.SHIPPED.values():
        start, end = datetime.datetime(2024, 1, 1, tzinfo=UTC), datetime.datetime(2027, 1, 1, tzinfo=UTC)
        periods = list(schedules.periods_since(timetable, BERLIN, start, end))
        assert [period.ends for period in periods[:-1]] == [period.opens for period in periods[1:]]
        assert all(period.opens < period.due < period.ends for period in periods)


def test_a_team_may_move_its_days() -> None:
    moved = Timetable(Cadence.WEEKLY, Point(6, datetime.time(8)), Point(6, datetime.time(20)))
    assert schedules.refusals(moved) == {}
    period = opened_last(moved, datetime.datetime(2026, 11, 22, 12, tzinfo=UTC))
    assert (shown(period.opens), shown(period.due)) == ("2026-11-22 08:00", "2026-11-22 20:00")


@pytest.mark.parametrize(
    ("opens", "due", "field"),
    [
        (Point(4, datetime.time(9)), Point(0, datetime.time(9)), "due_day"),
        (Point(0, datetime.time(9)), Point(0, datetime.time(9)), "due_day"),
        (Point(7, datetime.time(9)), Point(8, datetime.time(9)), "opens_day"),
    ],
)
def test_a_timetable_that_cannot_be_kept_is_refused(opens: Point, due: Point, field: str) -> None:
    assert field in schedules.refusals(Timetable(Cadence.WEEKLY, opens, due))
