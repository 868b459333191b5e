"""The only place that reads the clock. Below the interface `now` is a parameter."""

import datetime
import zoneinfo

from django.utils import timezone


def now() -> datetime.datetime:
    """The present moment, aware, in UTC."""
    return timezone.now()


def today_in(time_zone: str, at: datetime.datetime | None = None) -> datetime.date:
    """The calendar day in `time_zone` (an IANA name), now or at the given moment."""
    return (at or now()).astimezone(zoneinfo.ZoneInfo(time_zone)).date()
