"""When a mail that could not be sent is tried again, and when it is given up (promises.md, R23)."""

import datetime

MOST_ATTEMPTS = 20
FIRST_DELAY = datetime.timedelta(seconds=30)
LONGEST_DELAY = datetime.timedelta(hours=1)


def delay_after(attempts: int, chance: float) -> datetime.timedelta | None:
    """How long to wait after so many failed attempts; None once they are enough.

    Doubles from half a minute up to an hour. `chance` (0 up to 1) takes off as much as half, so that mails which
    failed together do not all come back together.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    whole: datetime.timedelta = min(FIRST_DELAY * 2 ** max(attempts - 1, 0), LONGEST_DELAY)
    return whole * (1 - chance / 2)


def is_permanent(smtp_code: int | None) -> bool:
    """Whether the mail server's answer means that trying again changes nothing."""
    return smtp_code is not None and 500 <= smtp_code < 600
