"""What happened to one service, from the record."""

import json
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from portal import audit
from portal.models import AuditEvent
from readiness.models import Service

ERASED = "(erased)"


def events(service: Service) -> QuerySet[AuditEvent]:
    """Every event on a service, the newest first, with who acted and the words: two statements."""
    return (
        AuditEvent.objects.filter(scope=service.scope_id)
        .select_related("actor")
        .prefetch_related("texts")
        .order_by("-number")
    )


def sentence(event: AuditEvent) -> str:
    """What happened, in the words of its verb; words that were erased say so."""
    verb = audit.verbs[event.verb]
    said = {**json.loads(event.body)["facts"], **{text.name: text.value or ERASED for text in event.texts.all()}}
    return verb.sentence.format_map({name: _words(said, name) for name in verb.facts | verb.texts})


def _words(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "nothing"
    return "–" if value is None else str(value)
