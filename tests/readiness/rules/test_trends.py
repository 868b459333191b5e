"""The trend of weeks."""

import datetime

from readiness.rules import trends
from readiness.rules.trends import Week

MONDAY = datetime.date(2026, 11, 16)


def week(service: int, back: int, green: int, applicable: int = 10) -> Week:
    return Week(service, MONDAY - back * trends.A_WEEK, applicable, answered=green, green=green, waived=0)


def test_a_week_without_a_row_is_as_the_one_before() -> None:
    found = trends.points([week(1, 3, green=2), week(1, 0, green=5)], MONDAY, 4)

    assert [point.green for point in found] == [2, 2, 2, 5]


def test_services_are_summed_and_join_when_they_begin() -> None:
    found = trends.points([week(1, 9, green=4), week(2, 1, green=10)], MONDAY, 3)

    assert [(point.green, point.applicable) for point in found] == [(4, 10), (14, 20), (14, 20)]


def test_weeks_before_anything_was_counted_are_left_out() -> None:
    assert [point.monday for point in trends.points([week(1, 0, green=1)], MONDAY, 12)] == [MONDAY]
    assert trends.points([], MONDAY, 12) == []


def test_a_share_says_a_hundred_only_where_nothing_is_missing() -> None:
    (point,) = trends.points([week(1, 0, green=299, applicable=300)], MONDAY, 1)

    assert point.share("green") == 99
    assert trends.Point(MONDAY).share("green") == 0


def test_a_week_begins_on_monday_in_utc() -> None:
    late_on_sunday = datetime.datetime(2026, 11, 22, 23, 30, tzinfo=datetime.UTC)

    assert trends.week_of(late_on_sunday) == MONDAY
    assert trends.week_of(late_on_sunday + datetime.timedelta(hours=1)) == MONDAY + trends.A_WEEK
