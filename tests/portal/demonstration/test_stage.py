"""How storylines are played together."""

import datetime

import pytest

from portal import clock
from portal.management.demonstration.stage import Storyline, play

BEGAN = datetime.datetime(2026, 5, 4, 9, 0, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)


def told(name: str, into: list[tuple[str, datetime.datetime]], *hours: float) -> Storyline:
    for hour in hours:
        yield BEGAN + hour * HOUR
        into.append((name, clock.now()))


def test_acts_of_all_storylines_come_in_the_order_of_time_with_the_clock_set_to_each() -> None:
    acts: list[tuple[str, datetime.datetime]] = []
    play([told("a", acts, 1, 4), told("b", acts, 2, 2.5), told("c", acts, 3)], BEGAN + 9 * HOUR)
    assert acts == [(name, BEGAN + hour * HOUR) for name, hour in zip("abbca", (1, 2, 2.5, 3, 4), strict=True)]


def test_what_is_still_to_come_is_refused() -> None:
    with pytest.raises(ValueError, match="still to come"):
        play([told("a", [], 1, 4)], BEGAN + 3 * HOUR)


def test_afterwards_the_clock_is_the_real_one_again() -> None:
    play([told("a", [], 1)], BEGAN + 3 * HOUR)
    assert clock.now() - datetime.datetime.now(datetime.UTC) < HOUR / 60
