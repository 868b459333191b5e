"""When an absence may be entered."""

import datetime

import pytest

from readiness.rules import absences
from readiness.rules.absences import Period

TODAY = datetime.date(2026, 11, 21)


def period(first: int, last: int) -> Period:
    """Days counted from today."""
    return Period(TODAY + datetime.timedelta(days=first), TODAY + datetime.timedelta(days=last))


@pytest.mark.parametrize(
    ("wanted", "others", "field"),
    [
        (period(0, 0), [], None),
        (period(-3, 2), [], None),
        (period(2, 5), [period(0, 1), period(6, 9)], None),
        (period(3, 2), [], "ends_on"),
        (period(-9, -1), [], "ends_on"),
        (period(0, 367), [], "ends_on"),
        (period(0, 366), [], None),
        (period(2, 5), [period(5, 9)], "starts_on"),
        (period(0, 9), [period(3, 4)], "starts_on"),
    ],
)
def test_absences_run_forward_are_not_over_and_do_not_overlap(
    wanted: Period, others: list[Period], field: str | None
) -> None:
    assert list(absences.refusals(wanted, TODAY, others)) == ([field] if field else [])


def test_both_ends_are_days_away() -> None:
    away = period(0, 2)

    assert [away.covers(TODAY + datetime.timedelta(days=day)) for day in (-1, 0, 2, 3)] == [False, True, True, False]
