"""Who is reminded of a check, and when."""

import datetime
from datetime import UTC

import pytest

from readiness.choices import ReminderStage
from readiness.rules import reminders
from readiness.rules.reminders import People
from readiness.rules.schedules import Period


def day(number: int, hour: int = 9) -> datetime.datetime:
    return datetime.datetime(2026, 12, number, hour, tzinfo=UTC)


MONTH = Period("2026-12", day(1), day(10, 17), day(31))
WEEK = Period("2026-W50", day(7), day(11, 17), day(14))


@pytest.mark.parametrize(
    ("period", "now", "stage", "next_at"),
    [
        (MONTH, day(1, 8), None, day(1)),
        (MONTH, day(1), "opened", day(3, 17)),
        (MONTH, day(3, 17), "due-7", day(7, 17)),
        (MONTH, day(8), "due-3", day(9, 17)),
        (MONTH, day(10), "due-1", day(10, 17)),
        (MONTH, day(10, 17), "overdue", day(17, 17)),
        (MONTH, day(17, 17), "escalated", None),
        (MONTH, day(30), "escalated", None),
        (WEEK, day(7), "opened", day(8, 17)),  # it opens less than 7 days before it is due
        (WEEK, day(12), "overdue", day(14)),
        (WEEK, day(14), "escalated", None),  # the next week opens
    ],
)
def test_each_stage_begins_at_its_moment_and_a_late_look_finds_the_last_one(
    period: Period, now: datetime.datetime, stage: str | None, next_at: datetime.datetime | None
) -> None:
    found = reminders.reminder(period, now)
    assert (found.stage, found.next_at) == (stage, next_at)


def test_a_snooze_never_holds_back_the_escalation() -> None:
    assert reminders.snoozed(WEEK, day(9)) == day(9)
    assert reminders.snoozed(WEEK, day(20)) == day(14)


@pytest.mark.parametrize(("until", "refused"), [(day(9), False), (day(8), True), (day(15), True), (day(14), False)])
def test_a_snooze_has_a_limit(until: datetime.datetime, *, refused: bool) -> None:
    assert bool(reminders.snooze_refusal(WEEK, day(8), until)) is refused


def people(accountable: str | None = "ana", leads: tuple[str, ...] = ("lea",), owner: str = "oli") -> People[str]:
    return People(accountable, ("sam", "sue"), leads, owner, ("ada",))


@pytest.mark.parametrize(
    ("stage", "seats", "told"),
    [
        ("opened", people(), ["ana"]),
        ("due-1", people(), ["ana"]),
        ("opened", people(None), ["oli"]),
        ("overdue", people(), ["ana", "sam", "sue"]),
        ("escalated", people(), ["ana", "sam", "sue", "lea"]),
        ("escalated", people("lea", ("lea", "leo")), ["lea", "sam", "sue", "leo"]),
        ("escalated", people("lea", ("lea",)), ["lea", "sam", "sue", "oli"]),
        ("escalated", people("oli", ()), ["oli", "sam", "sue", "ada"]),
        ("escalated", people(None, ()), ["oli", "sam", "sue", "ada"]),
    ],
)
def test_more_people_are_told_the_later_it_gets(stage: str, seats: People[str], told: list[str]) -> None:
    assert reminders.recipients(ReminderStage(stage), seats) == told
