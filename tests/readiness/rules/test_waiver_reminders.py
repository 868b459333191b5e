"""When people hear of a waiver that runs out."""

import datetime

import pytest

from readiness.choices import WaiverStage
from readiness.rules import waiver_reminders

ZONE = "Europe/Berlin"
END = datetime.date(2027, 2, 10)
LONG_AGO = datetime.datetime(2026, 11, 20, tzinfo=datetime.UTC)


def at(day: str, time: str = "08:00") -> datetime.datetime:
    """09:00 in Berlin in winter, where nothing else is said."""
    return datetime.datetime.fromisoformat(f"{day}T{time}+00:00")


@pytest.mark.parametrize(
    ("now", "stage", "next_at"),
    [
        (at("2027-01-27", "07:59"), None, at("2027-01-27")),
        (at("2027-01-27"), WaiverStage.IN_14_DAYS, at("2027-02-07")),
        (at("2027-02-06"), WaiverStage.IN_14_DAYS, at("2027-02-07")),
        (at("2027-02-07"), WaiverStage.IN_3_DAYS, at("2027-02-10", "23:00")),
        (at("2027-02-10", "22:59"), WaiverStage.IN_3_DAYS, at("2027-02-10", "23:00")),
        (at("2027-02-10", "23:00"), WaiverStage.LAPSED, None),
        (at("2027-06-01"), WaiverStage.LAPSED, None),
    ],
)
def test_it_is_told_14_and_3_days_before_and_as_its_last_day_ends(
    now: datetime.datetime, stage: WaiverStage | None, next_at: datetime.datetime | None
) -> None:
    found = waiver_reminders.reminder(LONG_AGO, END, ZONE, now)
    assert (found.stage, found.next_at) == (stage, next_at)


def test_what_began_before_the_approval_is_not_told() -> None:
    approved = at("2027-02-01")
    assert waiver_reminders.reminder(approved, END, ZONE, approved).stage is None
    assert waiver_reminders.reminder(approved, END, ZONE, approved).next_at == at("2027-02-07")


def test_the_last_day_ends_where_the_team_is_also_when_clocks_change() -> None:
    line = {stage: moment for moment, stage in waiver_reminders.stages(datetime.date(2027, 3, 27), ZONE)}
    assert line[WaiverStage.LAPSED] == at("2027-03-27", "23:00")
    line = {stage: moment for moment, stage in waiver_reminders.stages(datetime.date(2027, 3, 28), ZONE)}
    assert line[WaiverStage.LAPSED] == at("2027-03-28", "22:00")
