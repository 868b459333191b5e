"""The place in the record at which a pack looks, and the period it covers."""

import datetime
from dataclasses import dataclass

from portal import clock
from portal.models import AuditEvent


@dataclass(frozen=True)
class Moment:
    """`number` and `at` name the newest event that counts; `since` and `until` are days in UTC, both inclusive.

    What has an age or an expiry is judged at `now`, the end of the period: its last instant, or the moment at which
    the pack was asked for where the period was not over then.
    """

    number: int
    at: datetime.datetime
    since: datetime.date
    until: datetime.date
    asked_at: datetime.datetime

    @property
    def starts(self) -> datetime.datetime:
        """The first instant of the period."""
        return datetime.datetime.combine(self.since, datetime.time.min, datetime.UTC)

    @property
    def ends(self) -> datetime.datetime:
        """The first instant after the period."""
        return datetime.datetime.combine(self.until, datetime.time.min, datetime.UTC) + datetime.timedelta(days=1)

    @property
    def now(self) -> datetime.datetime:
        """The moment at which ages and expiries are judged."""
        return min(self.asked_at, self.ends - datetime.timedelta(microseconds=1))

    def day_in(self, time_zone: str) -> datetime.date:
        """The day that moment falls on in a zone (an IANA name), as the portal's own pages judge it."""
        return clock.today_in(time_zone, self.now)


def newest_event(until: datetime.date) -> AuditEvent | None:
    """The newest event not later than the end of a day (UTC)."""
    end = datetime.datetime.combine(until, datetime.time.min, datetime.UTC) + datetime.timedelta(days=1)
    return AuditEvent.objects.filter(at__lt=end).order_by("-number").first()


def moment(event: AuditEvent, since: datetime.date, until: datetime.date, asked_at: datetime.datetime) -> Moment:
    """The moment a pack looks at that was asked for at `asked_at`."""
    return Moment(event.number, event.at, since, until, asked_at)
