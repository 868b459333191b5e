"""When a mail is tried again, and when it is given up."""

import datetime

import pytest

from portal.rules import delivery

HOUR = datetime.timedelta(hours=1)


def test_the_wait_doubles_from_half_a_minute() -> None:
    waits = [delivery.delay_after(attempts, 0.0) for attempts in (1, 2, 3, 4)]
    assert waits == [datetime.timedelta(seconds=seconds) for seconds in (30, 60, 120, 240)]


def test_the_wait_never_passes_an_hour() -> None:
    assert delivery.delay_after(19, 0.0) == HOUR


def test_chance_takes_off_half_at_most() -> None:
    assert delivery.delay_after(19, 0.999) >= HOUR / 2


def test_twenty_attempts_are_enough() -> None:
    assert delivery.delay_after(20, 0.5) is None


def test_the_attempts_stretch_over_most_of_a_day() -> None:
    waits = [wait for attempts in range(1, 20) if (wait := delivery.delay_after(attempts, 0.5))]
    whole = sum(waits, datetime.timedelta())
    assert datetime.timedelta(hours=8) < whole < datetime.timedelta(hours=24)


@pytest.mark.parametrize(("code", "permanent"), [(550, True), (599, True), (450, False), (250, False), (None, False)])
def test_only_answers_of_the_five_hundreds_are_final(code: int | None, permanent: bool) -> None:
    assert delivery.is_permanent(code) is permanent
