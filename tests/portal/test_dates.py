"""Moments are said as people say them, in the reader's own zone."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from portal import dates

BERLIN = ZoneInfo("Europe/Berlin")
TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime.datetime(2026, 11, 12, 14, 2, tzinfo=datetime.UTC)


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-12T15:02", "today, 15:02"),
        ("2026-11-11T18:20", "yesterday, 18:20"),
        ("2026-11-13T17:00", "tomorrow, 17:00"),
        ("2026-11-10T09:05", "10 Nov 2026, 09:05"),
        ("2025-03-01T00:00", "1 Mar 2025, 00:00"),
    ],
)
def test_a_moment_near_today_is_said_by_its_day(moment: str, words: str) -> None:
    assert dates.moment_words(at(moment), NOW, BERLIN) == words


def test_the_same_moment_falls_on_the_readers_own_day() -> None:
    moment = datetime.datetime(2026, 11, 12, 16, 30, tzinfo=datetime.UTC)
    assert dates.moment_words(moment, NOW, BERLIN) == "today, 17:30"
    assert dates.moment_words(moment, NOW, TOKYO) == "tomorrow, 01:30"


def test_a_day_never_gets_a_time() -> None:
    assert dates.moment_words(datetime.date(2026, 11, 12), NOW, BERLIN) == "today"
    assert dates.moment_words(datetime.date(2026, 11, 11), NOW, BERLIN) == "11 Nov 2026"


@pytest.mark.parametrize(
    ("moment", "words"),
    [("2026-11-12T08:00", "08:00"), ("2026-11-03T08:00", "3 Nov"), ("2025-11-03T08:00", "3 Nov 2025")],
)
def test_dense_rows_say_only_what_is_not_plain(moment: str, words: str) -> None:
    assert dates.short_words(at(moment), NOW, BERLIN) == words


@pytest.mark.parametrize(
    ("due", "words", "urgency"),
    [
        ("2026-11-13T17:00", "due tomorrow, 17:00", "soon"),
        ("2026-11-12T17:00", "due today, 17:00", "soon"),
        ("2026-11-15T17:00", "due 15 Nov", "soon"),
        ("2026-11-16T17:00", "due 16 Nov", ""),
        ("2027-01-16T17:00", "due 16 Jan 2027", ""),
        ("2026-11-10T15:00", "due 10 Nov, 2 days late", "late"),
        ("2026-11-11T12:00", "due yesterday, 12:00, 1 day late", "late"),
        ("2026-11-12T12:00", "due today, 12:00, 3 hours late", "late"),
        ("2026-11-12T15:00", "due today, 15:00, late", "late"),
    ],
)
def test_what_is_due_says_how_long_or_how_late(due: str, words: str, urgency: str) -> None:
    assert dates.due_words(at(due), NOW, BERLIN) == (words, urgency)


@pytest.mark.parametrize(
    ("due", "words", "urgency"),
    [
        ((2026, 11, 12), "due today", "soon"),
        ((2026, 11, 11), "due yesterday, 1 day late", "late"),
        ((2026, 11, 2), "due 2 Nov, 10 days late", "late"),
    ],
)
def test_a_day_is_late_only_when_it_is_over(due: tuple[int, int, int], words: str, urgency: str) -> None:
    assert dates.due_words(datetime.date(*due), NOW, BERLIN) == (words, urgency)


def test_the_title_says_it_in_utc() -> None:
    assert dates.utc_words(at("2026-11-12T15:02")) == "12 Nov 2026, 14:02 UTC"
