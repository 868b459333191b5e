"""The audit trail of a service in a pack."""

from portal.queries import audit_trail
from portal.queries.audit_trail import TrailRow
from readiness.models import Service
from readiness.queries.packs.moments import Moment
from readiness.rules.pack_contents import Trail, TrailEvent

MOST = 400
"""How many events are printed; the portal holds all of them."""


def trail(service: Service, at: Moment) -> Trail:
    """The newest events of the period, oldest first, with the number of all."""
    found = audit_trail.of_period(service.scope, at.starts, at.ends, at.number)
    total = found.count()
    shown = audit_trail.rows(found[max(0, total - MOST) :])
    return Trail(events=tuple(_event(row) for row in shown), total=total)


def _event(row: TrailRow) -> TrailEvent:
    return TrailEvent(sequence=row.number, at=row.at, by=row.who, sentence=row.sentence, digest=row.digest)
