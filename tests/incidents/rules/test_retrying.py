"""What could not be taken in is tried again soon, then ever more rarely, for about a day."""

import datetime

from incidents.rules import retrying


def test_each_wait_is_twice_the_one_before_and_an_hour_at_most() -> None:
    waits = [retrying.delay(attempts) for attempts in range(1, retrying.MOST_ATTEMPTS)]
    assert [wait.total_seconds() for wait in waits[:4]] == [30, 60, 120, 240]
    assert max(waits) == retrying.LONGEST_DELAY
    assert datetime.timedelta(days=0.9) < sum(waits, datetime.timedelta()) < datetime.timedelta(days=1.1)
