"""What passes by itself: a database that did not take it in time, told from one that refuses for good."""

from django.db import OperationalError

from portal.errors import RecordUnavailable


class Busy(RecordUnavailable):
    """It was not taken in time: somebody else wrote or was served, or the database could not be reached."""

    code = "busy"


WORDS_OF_BUSY = "The database is busy: somebody else is writing just now. Nothing was changed; try again in a moment."


def found_in(error: BaseException | None) -> RecordUnavailable | None:
    """What an error means to who asks, where it passes by itself; None for any other error.

    A database's driver raises OperationalError for what lies outside the program: a lock that was not given in time, a
    connection that is lost. SQLite raises it for mistakes too, and names what it was.
    """
    if isinstance(error, RecordUnavailable):
        return error
    if not isinstance(error, OperationalError):
        return None
    told = getattr(error.__cause__, "sqlite_errorname", "SQLITE_BUSY")
    return Busy(WORDS_OF_BUSY) if told.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) else None
