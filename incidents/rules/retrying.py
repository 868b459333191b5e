"""When a post that could not be taken in is tried again: soon, then ever later, for about a day. Pure."""

import datetime

MOST_ATTEMPTS = 30
FIRST_DELAY = datetime.timedelta(seconds=30)
LONGEST_DELAY = datetime.timedelta(hours=1)


def delay(attempts: int) -> datetime.timedelta:
    """How long to wait after so many failed attempts, one at least: twice as long each time, an hour at most."""
    return min(FIRST_DELAY * (1 << min(attempts - 1, 20)), LONGEST_DELAY)
