"""The audit trail of a service in a pack."""

from portal.queries import audit_trail
from portal.queries.audit_trail import TrailRow
from readiness.models import Service
from readiness.queries.packs.moments import Moment
from readiness.rules.pack_contents import Trail, TrailEvent


def trail(service: Service, at: Moment) -> Trail:
    """All events of the period, oldest first."""
    found = audit_trail.of_period(service.scope, at.starts, at.ends, at.number)
    events = tuple(_event(row) for row in audit_trail.rows(found))
    return Trail(events=events, total=len(events))


def _event(row: TrailRow) -> TrailEvent:
    short = row.in_short if row.in_short != row.sentence else ""
    return TrailEvent(row.number, row.at, row.who, row.sentence, row.digest, in_short=short)
