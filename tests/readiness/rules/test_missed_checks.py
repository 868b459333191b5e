"""How many cycles in a row a check was missed."""

import datetime
from datetime import UTC

import pytest

from readiness.rules import missed_checks
from readiness.rules.missed_checks import Cycle

NOW = datetime.datetime(2026, 11, 21, 12, tzinfo=UTC)
WEEK = datetime.timedelta(days=7)


def weeks(*results: str, check: str = "weekly.drift-alerts", pillar: int = 1) -> list[Cycle]:
    """Cycles of one check, the oldest first; the last one still runs."""
    last = NOW + datetime.timedelta(days=2)
    ends = [last - WEEK * (len(results) - 1 - at) for at in range(len(results))]
    return [Cycle(check, pillar, end, end, result) for end, result in zip(ends, results, strict=True)]


@pytest.mark.parametrize(
    ("results", "missed"),
    [
        (("",), {}),
        (("", ""), {1: 1}),
        (("", "", "", ""), {1: 3}),
        (("", "", "pass"), {}),
        (("", "", "fail"), {}),
        (("pass", "", "not-done", ""), {1: 2}),  # a reason does not make it done
        (("", "pass", "", ""), {1: 1}),
        (("", "not-owed", "", ""), {1: 2}),  # a pause neither counts nor clears
    ],
)
def test_missed_cycles_count_until_one_is_completed(results: tuple[str, ...], missed: dict[int, int]) -> None:
    assert missed_checks.in_a_row(weeks(*results), NOW) == missed


def test_a_pillar_has_the_count_of_its_worst_check() -> None:
    cycles = weeks("", "", "") + weeks("pass", "", "", check="monthly.thresholds")
    assert missed_checks.in_a_row(cycles + weeks("", "", check="weekly.retraining", pillar=2), NOW) == {1: 2, 2: 1}
