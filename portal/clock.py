"""The only place that reads the clock. Below the interface `now` is a parameter."""

import contextlib
import datetime
import zoneinfo
from collections.abc import Iterator
from contextvars import ContextVar

from django.utils import timezone

_moment: ContextVar[datetime.datetime | None] = ContextVar("moment", default=None)


def now() -> datetime.datetime:
    """The present moment, aware, in UTC."""
    return _moment.get() or timezone.now()


@contextlib.contextmanager
def at(moment: datetime.datetime) -> Iterator[None]:
    """Within this block it is that moment (aware). For telling what lies behind, as the demonstration does.

    The record's times never go back, so whoever tells a story tells it in the order of its time.
    """
    token = _moment.set(moment.astimezone(datetime.UTC))
    try:
        yield
    finally:
        _moment.reset(token)


def today_in(time_zone: str, at: datetime.datetime | None = None) -> datetime.date:
    """The calendar day in `time_zone` (an IANA name), now or at the given moment."""
    return (at or now()).astimezone(zoneinfo.ZoneInfo(time_zone)).date()
