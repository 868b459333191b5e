"""The audit trail of a service in a pack."""

import json

from portal import audit
from portal.models import AuditEvent
from readiness.models import Service
from readiness.queries.packs.moments import Moment
from readiness.rules.pack_contents import Trail, TrailEvent

MOST = 400
"""How many events are printed; the portal holds all of them."""


def trail(service: Service, at: Moment) -> Trail:
    """The newest events of the period, oldest first, with the number of all."""
    found = AuditEvent.objects.filter(
        scope=service.scope, number__lte=at.number, at__gte=at.starts, at__lt=at.ends
    ).order_by("number")
    total = found.count()
    shown = found.select_related("actor").prefetch_related("texts")[max(0, total - MOST) :]
    return Trail(events=tuple(_event(event) for event in shown), total=total)


def _event(event: AuditEvent) -> TrailEvent:
    said = {**json.loads(event.body)["facts"], **{text.name: text.value or "(erased)" for text in event.texts.all()}}
    verb = audit.verbs[event.verb]
    sentence = verb.sentence.format_map({name: said.get(name, "–") for name in verb.facts | verb.texts})
    by = event.actor.name if event.actor else "the portal"
    return TrailEvent(sequence=event.number, at=event.at, by=by, sentence=sentence, digest=event.digest)
