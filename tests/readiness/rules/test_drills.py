"""When a rehearsal still proves the way back: the newest of the same way back speaks."""

import datetime

import pytest

from readiness.rules import drills
from readiness.rules.drills import DrillFacts

TODAY = datetime.date(2026, 11, 21)


def drill(days_ago: int, result: str = "passed", way_back: str = "now", *, in_production: bool = False) -> DrillFacts:
    return DrillFacts("rollback", result, TODAY - datetime.timedelta(days=days_ago), in_production, way_back)


@pytest.mark.parametrize(
    ("found", "count"),
    [
        ([drill(1), drill(2)], [True, True]),
        ([drill(1, "failed"), drill(2)], [False, False]),
        ([drill(1), drill(2, "failed"), drill(3)], [True, False, False]),
        ([drill(1, "failed", "before"), drill(2)], [False, True]),
        ([drill(1, "failed", in_production=True), drill(2)], [False, False]),
        ([drill(91)], [False]),
    ],
)
def test_a_newer_one_that_did_not_pass_ends_what_an_older_one_proved(
    found: list[DrillFacts], count: list[bool]
) -> None:
    assert [not refusal for refusal in drills.standing(found, "now", TODAY)] == count


def test_it_says_that_a_newer_one_did_not_pass() -> None:
    assert drills.standing([drill(1, "failed"), drill(2)], "now", TODAY) == ["It did not pass.", drills.ENDED]
