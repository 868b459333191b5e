"""Counting tries that may be guesses."""

import datetime

import pytest

from portal import clock, guessing
from portal.models import Attempts

pytestmark = pytest.mark.django_db
LIMIT = guessing.Limit("test", 3, datetime.timedelta(minutes=5))


def test_so_many_tries_and_no_more() -> None:
    assert [guessing.take(LIMIT, "a") for _ in range(5)] == [True, True, True, False, False]


def test_subjects_and_kinds_are_counted_apart() -> None:
    for _ in range(3):
        guessing.take(LIMIT, "a")
    assert guessing.take(LIMIT, "b")
    assert guessing.take(guessing.Limit("other", 3, LIMIT.within), "a")


def test_the_window_passes() -> None:
    for _ in range(4):
        guessing.take(LIMIT, "a")
    with clock.at(clock.now() + LIMIT.within):
        assert guessing.take(LIMIT, "a")


def test_what_is_given_back_can_be_taken_again() -> None:
    for _ in range(10):
        assert guessing.take(LIMIT, "a")
        guessing.give_back(LIMIT, "a")


def test_nothing_is_given_back_that_was_not_taken() -> None:
    guessing.give_back(LIMIT, "a")
    assert [guessing.take(LIMIT, "a") for _ in range(4)] == [True, True, True, False]


def test_the_table_does_not_say_who_tried() -> None:
    guessing.take(LIMIT, "li@example.com")
    assert "@" not in Attempts.objects.get().key
    assert len(Attempts.objects.get().key) == 64


def test_ended_counts_are_forgotten() -> None:
    guessing.take(LIMIT, "a")
    assert guessing.forget_ended() == 0
    with clock.at(clock.now() + LIMIT.within):
        assert guessing.forget_ended() == 1
