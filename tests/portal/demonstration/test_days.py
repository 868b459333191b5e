"""When things happen in the demonstration."""

import datetime

import pytest

from portal.management.demonstration.days import Days, Line

SATURDAY = datetime.datetime(2026, 11, 21, 23, 30, tzinfo=datetime.UTC)


def line(name: str = "a service") -> Line:
    return Line(Days(SATURDAY), "Europe/Berlin", name)


def test_days_are_counted_back_without_weekends() -> None:
    days = Days(SATURDAY)
    assert days.back(1) == datetime.date(2026, 11, 20)
    assert days.back(6) == datetime.date(2026, 11, 13)


def test_today_is_that_of_the_zone() -> None:
    monday = Days(datetime.datetime(2026, 11, 23, 22, 0, tzinfo=datetime.UTC))
    assert monday.back(1, "Asia/Kolkata") == datetime.date(2026, 11, 23)
    assert monday.back(1, "America/New_York") == datetime.date(2026, 11, 20)


def test_a_day_ahead_is_a_working_day() -> None:
    assert Days(SATURDAY).ahead(1) == datetime.date(2026, 11, 23)
    assert Days(SATURDAY).ahead(2) == datetime.date(2026, 11, 23)
    assert Days(SATURDAY).ahead(4) == datetime.date(2026, 11, 25)


def test_an_hour_is_that_of_the_team() -> None:
    assert line().on(1, "09:40").astimezone(datetime.UTC).strftime("%d %H:%M") == "20 08:40"


def test_after_work_it_goes_on_the_next_morning() -> None:
    thread = line()
    thread.on(3, "17:30")
    later = thread.after(30, 60)
    assert (thread.today, later.hour) == (datetime.date(2026, 11, 19), 9)


def test_a_story_that_goes_back_is_refused() -> None:
    thread = line()
    thread.on(3, "10:00")
    with pytest.raises(ValueError, match="went back"):
        thread.on(4, "10:00")


def test_the_same_name_has_the_same_chance_and_another_name_another() -> None:
    first, second, other = line(), line(), line("another service")
    assert [first.on(9, "09:00"), first.after(1, 90)] == [second.on(9, "09:00"), second.after(1, 90)]
    assert other.on(9, "09:00") != line().on(9, "09:00")
