"""Working on an incident by machine: the steps of its playbook, its timeline, words to the teams."""

from typing import Any, ClassVar
from uuid import UUID

from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.actions import timelines
from incidents.api.serializers import responding as shapes
from incidents.choices import EntryKind
from incidents.models import Incident, TimelineEntry
from incidents.queries import incidents as queries
from portal.api import idempotency
from portal.api.endpoints import Endpoint, ListEndpoint
from portal.doors import SIGNED_IN, Rule


class IncidentSteps(Endpoint):
    """The steps of the playbook that an incident follows."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}

    @extend_schema(operation_id="incident_steps", responses=shapes.IncidentStepShape(many=True), tags=["incidents"])
    def get(self, request: Request, incident: UUID) -> Response:
        """All of them in their order, each with what was done about it last; empty where no playbook is followed."""
        return Response(_steps(_found(self, incident)))


class IncidentStep(Endpoint):
    """One step."""

    doors: ClassVar[dict[str, Rule]] = {"POST": SIGNED_IN}

    @extend_schema(
        operation_id="incident_step",
        request=shapes.IncidentStepInput,
        responses=shapes.IncidentStepShape(many=True),
        tags=["incidents"],
    )
    def post(self, request: Request, incident: UUID, number: int) -> Response:
        """Says what was done about it: `422` at `step` where that is said already or the incident is over."""
        found = _found(self, incident)
        return idempotency.once(request, lambda: self._done(request, found, number))

    def _done(self, request: Request, incident: Incident, number: int) -> Response:
        data = self.given(shapes.IncidentStepInput, request)
        timelines.step(self.access, incident=incident, number=number, did=data["did"], text=data["text"])
        return Response(_steps(incident))


class TimelineFilter(filters.FilterSet):
    """Filters of a timeline."""

    kind = filters.ChoiceFilter(choices=EntryKind.choices)


class IncidentTimeline(ListEndpoint):
    """What was said and done on an incident, and another line."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN, "POST": SIGNED_IN}
    model = TimelineEntry
    filterset_class = TimelineFilter
    ordering = ("at", "pk")
    ordering_fields = ("at",)

    @extend_schema(operation_id="incident_timeline", responses=shapes.IncidentLineShape(many=True), tags=["incidents"])
    def get(self, request: Request, incident: UUID) -> Response:
        """Its lines; none is ever changed or taken out."""
        return self.page(request, queries.timeline(self.access, _found(self, incident)), shapes.line)

    @extend_schema(
        operation_id="incident_note",
        request=shapes.IncidentNoteInput,
        responses={201: shapes.IncidentLineShape},
        tags=["incidents"],
    )
    def post(self, request: Request, incident: UUID) -> Response:
        """Writes a note into it; nobody is told."""
        found = _found(self, incident)
        return idempotency.once(request, lambda: self._noted(request, found))

    def _noted(self, request: Request, incident: Incident) -> Response:
        data = self.given(shapes.IncidentNoteInput, request)
        entry = timelines.note(self.access, incident=incident, text=data["text"])
        return Response(shapes.line(queries.timeline(self.access, incident).get(pk=entry.pk)), status=201)


class IncidentUpdate(Endpoint):
    """A status update."""

    doors: ClassVar[dict[str, Rule]] = {"POST": SIGNED_IN}

    @extend_schema(
        operation_id="incident_update",
        request=shapes.IncidentUpdateInput,
        responses={201: shapes.IncidentLineShape},
        tags=["incidents"],
    )
    def post(self, request: Request, incident: UUID) -> Response:
        """Tells everybody in the teams of the affected services; who leads is reminded of the next word."""
        found = _found(self, incident)
        return idempotency.once(request, lambda: self._said(request, found))

    def _said(self, request: Request, incident: Incident) -> Response:
        data = self.given(shapes.IncidentUpdateInput, request)
        entry = timelines.update(self.access, incident=incident, **data)
        return Response(shapes.line(queries.timeline(self.access, incident).get(pk=entry.pk)), status=201)


def _steps(incident: Incident) -> list[dict[str, Any]]:
    return [shapes.step(line) for line in queries.playbook(incident).lines]


def _found(endpoint: Endpoint, incident: UUID) -> Incident:
    return get_object_or_404(queries.shown(endpoint.access), public_id=incident)
