"""When what an emergency go skipped is due: two working days on, where the team is."""

import datetime

import pytest

from readiness.rules import emergencies


@pytest.mark.parametrize(
    ("today", "due"),
    [
        ("2026-11-23", "2026-11-25"),  # Monday
        ("2026-11-26", "2026-11-30"),  # Thursday
        ("2026-11-27", "2026-12-01"),  # Friday
        ("2026-11-28", "2026-12-01"),  # Saturday
        ("2026-11-29", "2026-12-01"),  # Sunday
    ],
)
def test_weekends_are_no_working_days(today: str, due: str) -> None:
    assert emergencies.due_on(datetime.date.fromisoformat(today)) == datetime.date.fromisoformat(due)
