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
    return TrailEvent(sequence=row.number, at=row.at, by=row.who, sentence=row.sentence, digest=row.digest)
