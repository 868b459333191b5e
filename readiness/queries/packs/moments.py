"""The place in the record at which a pack looks, and the period it covers."""

import datetime
from dataclasses import dataclass

from django.db.models import Q

from portal.models import AuditEvent
from readiness.models import Service


@dataclass(frozen=True)
class Moment:
    """`number` and `at` name the newest event that counts; `since` and `until` are days in UTC, both inclusive."""

    number: int
    at: datetime.datetime
    since: datetime.date
    until: datetime.date

    @property
    def starts(self) -> datetime.datetime:
        """The first instant of the period."""
        return datetime.datetime.combine(self.since, datetime.time.min, datetime.UTC)

    @property
    def ends(self) -> datetime.datetime:
        """The first instant after the period."""
        return datetime.datetime.combine(self.until, datetime.time.min, datetime.UTC) + datetime.timedelta(days=1)

    @property
    def day(self) -> datetime.date:
        """The day on which the record is looked at: what has an age or an expiry is judged on it."""
        return min(self.at.astimezone(datetime.UTC).date(), self.until)


def newest_event(until: datetime.date) -> AuditEvent | None:
    """The newest event not later than the end of a day (UTC)."""
    end = datetime.datetime.combine(until, datetime.time.min, datetime.UTC) + datetime.timedelta(days=1)
    return AuditEvent.objects.filter(at__lt=end).order_by("-number").first()


def moment(event: AuditEvent, since: datetime.date, until: datetime.date) -> Moment:
    """The moment a pack looks at."""
    return Moment(event.number, event.at, since, until)


def existed(service: Service, at: Moment) -> bool:
    """Whether the service had been registered by then."""
    return service.revisions.filter(event_id__lte=at.number).exists()


def in_period(field: str, at: Moment) -> Q:
    """Rows whose `field` (a time) lies in the period, not later than the moment."""
    return Q(**{f"{field}__gte": at.starts, f"{field}__lt": at.ends, f"{field}__lte": at.at})
