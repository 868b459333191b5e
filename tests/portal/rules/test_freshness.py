"""A document's review date follows its last review; the day after it, the document is stale."""

import datetime

from portal.rules import freshness

REVIEWED = datetime.date(2035, 1, 8)


def test_the_next_review_is_counted_from_the_last() -> None:
    assert freshness.due_on(REVIEWED, 90) == datetime.date(2035, 4, 8)


def test_on_the_day_it_is_due_it_is_still_good_and_the_day_after_it_is_stale() -> None:
    due = freshness.due_on(REVIEWED, 30)
    assert not freshness.on(due, due).is_stale
    late = freshness.on(due, due + datetime.timedelta(days=3))
    assert (late.is_stale, late.late) == (True, 3)
