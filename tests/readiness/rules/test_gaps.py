"""The score of a gap, with its numbers as a reader sees them."""

import datetime

import pytest

from readiness.choices import ItemState
from readiness.rules import gaps
from readiness.rules.gaps import Gap

NOW = datetime.datetime(2026, 9, 30, tzinfo=datetime.UTC)


def gap(state: str, critical: bool = True, weeks: float = 0, key: str = "a") -> Gap:
    """A gap whose title sorts the other way round than its key."""
    title = f"{chr(ord('z') - ord(key[0]) + ord('a'))}, of {key}"
    return Gap(key, title, ItemState(state), critical, NOW - datetime.timedelta(weeks=weeks))


@pytest.mark.parametrize(
    ("state", "critical", "tier", "weeks", "words"),
    [
        ("red", True, 1, 6, "3 × 3 × 4 × 1.5 = 54"),
        ("red", True, 1, 0, "3 × 3 × 4 × 1 = 36"),
        ("unanswered", True, 2, 12, "2 × 3 × 3 × 2 = 36"),
        ("yellow", False, 3, 40, "1 × 1 × 2 × 2 = 4"),
        ("waived", True, 4, 6.9, "1 × 3 × 1 × 1.5 = 4.5"),
        ("yellow", False, 1, 4, "1 × 1 × 4 × 1.33 = 5.3"),
    ],
)
def test_state_times_critical_times_tier_times_age(
    state: str, critical: bool, tier: int, weeks: float, words: str
) -> None:
    (found,) = gaps.scored([gap(state, critical, weeks)], tier, NOW)
    assert found.in_full == words


def test_the_heaviest_comes_first_and_ties_go_by_key() -> None:
    given = [gap("yellow", key="a"), gap("red", key="d"), gap("red", key="b"), gap("red", key="c"), gap("green")]
    found = gaps.scored(given, 1, NOW)
    assert [one.gap.key for one in found] == ["b", "c", "d", "a"]
    assert sorted(one.gap.title for one in found[:3]) == [one.gap.title for one in reversed(found[:3])]
