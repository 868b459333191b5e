"""The audit trail by machine: every event that the caller may see, in words, with its place in the chain."""

from collections.abc import Sequence
from typing import Any, ClassVar

import django_filters
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import entity_tags
from portal.api.endpoints import Endpoint, ListEndpoint
from portal.canonical import utc_text
from portal.doors import SIGNED_IN, Rule
from portal.forms.audit_trail import AuditTrailFilter
from portal.models import AuditEvent
from portal.queries import audit_trail as queries
from portal.queries.audit_trail import Line


class ChangeShape(serializers.Serializer[Any]):
    """A field of an event: what it was, where that is known, and what it became."""

    name = serializers.CharField()
    old = serializers.CharField(allow_blank=True)
    new = serializers.CharField(allow_blank=True)


class AuditEventShape(serializers.Serializer[Any]):
    """One event: `digest` chains it to the one before, whose digest is `previous`."""

    number = serializers.IntegerField()
    at = serializers.DateTimeField()
    who = serializers.CharField()
    verb = serializers.CharField()
    sentence = serializers.CharField()
    place = serializers.CharField(allow_blank=True)
    via = serializers.CharField(help_text="By what way it came, such as web or API.")
    address = serializers.CharField(allow_blank=True, help_text="For compliance and administrators alone.")
    target_kind = serializers.CharField()
    target_id = serializers.CharField()
    changes = ChangeShape(many=True)
    digest = serializers.CharField()
    previous = serializers.CharField()


class EventFilter(AuditTrailFilter):
    """The filters of the page, and those that a tool follows the chain by. Days are those of UTC."""

    verb = django_filters.CharFilter(field_name="verb")
    target_kind = django_filters.CharFilter(field_name="target_kind")
    target_id = django_filters.CharFilter(field_name="target_id", help_text="The opaque id of what it was done to.")
    after = django_filters.NumberFilter(field_name="number", lookup_expr="gt", help_text="After this event.")


class AuditEvents(ListEndpoint):
    """The events that the caller may see."""

    model = AuditEvent
    filterset_class = EventFilter
    ordering = ("-number",)
    ordering_fields = ("number",)

    @extend_schema(operation_id="audit_events", responses=AuditEventShape(many=True), tags=["audit trail"])
    def get(self, request: Request) -> Response:
        """Who did what, when and where, with what changed. With `ordering=number` and `after` a tool follows it."""
        return self.page_together(request, queries.events(self.access), self._told)

    def _told(self, shown: list[AuditEvent]) -> list[dict[str, Any]]:
        return told(queries.lines(self.access, shown), shown)


class OneAuditEvent(Endpoint):
    """One event."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}

    @extend_schema(operation_id="audit_event", responses=AuditEventShape, tags=["audit trail"])
    def get(self, request: Request, number: int) -> HttpResponse:
        """One of them, by its number. Conditional by `ETag`."""
        found = get_object_or_404(queries.events(self.access), number=number)
        return entity_tags.conditional(request, told(queries.lines(self.access, [found]), [found])[0])


def told(lines: Sequence[Line], shown: Sequence[AuditEvent]) -> list[dict[str, Any]]:
    """Events as they go out."""
    return [_event(line, event) for line, event in zip(lines, shown, strict=True)]


def _event(line: Line, event: AuditEvent) -> dict[str, Any]:
    return {
        "number": line.number,
        "at": utc_text(line.at),
        "who": line.who,
        "verb": line.verb,
        "sentence": line.sentence,
        "place": line.place,
        "via": line.via,
        "address": line.address,
        "target_kind": event.target_kind,
        "target_id": event.target_id,
        "changes": [{"name": one.name, "old": one.old, "new": one.new} for one in line.changes],
        "digest": line.digest,
        "previous": line.previous,
    }
