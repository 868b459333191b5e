"""Days as seen from now, asked for where they are used: a run of the tests may begin on one day and end on the next."""

import datetime

from portal import clock


def today(later: int = 0) -> datetime.date:
    """Return today's day in UTC, or the one so many days later."""
    return clock.now().date() + datetime.timedelta(days=later)
