"""Incidents by machine: the list, one, declaring one, and moving one on."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.actions import incident_states, incidents
from incidents.actions.incident_reach import Touched
from incidents.actions.incidents import NewIncident
from incidents.api.serializers import incidents as shapes
from incidents.choices import IncidentState, Severity
from incidents.models import Incident
from incidents.queries import incidents as queries
from portal.api import entity_tags, idempotency, schema
from portal.api.endpoints import Endpoint, ListEndpoint
from portal.doors import SIGNED_IN, Rule
from portal.errors import DomainError
from portal.permissions import Access, Capability
from readiness.api import services
from readiness.models import Service
from readiness.queries import service_page


class IncidentFilter(filters.FilterSet):
    """Filters of the list of incidents."""

    service = filters.CharFilter(field_name="service__slug")
    state = filters.ChoiceFilter(choices=IncidentState.choices)
    severity = filters.ChoiceFilter(choices=Severity.choices)
    open = filters.BooleanFilter(method="is_open")

    def is_open(self, found: QuerySet[Incident], _name: str, value: bool) -> QuerySet[Incident]:
        """Those that still do harm or may again, or those that are over."""
        return found.filter(state__in=queries.OPEN) if value else found.exclude(state__in=queries.OPEN)


class Incidents(ListEndpoint):
    """The incidents of services the caller may see, and a new one."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN, "POST": Capability.INCIDENT_DECLARE}
    model = Incident
    filterset_class = IncidentFilter
    ordering = ("-declared_at", "pk")
    ordering_fields = ("declared_at", "severity")

    @extend_schema(operation_id="incidents", responses=shapes.IncidentShape(many=True), tags=["incidents"])
    def get(self, request: Request) -> Response:
        """What went wrong, and how far it is."""
        return self.page(request, queries.listed(self.access), shapes.incident)

    @extend_schema(
        operation_id="incident_declare",
        request=shapes.IncidentInput,
        responses={201: shapes.OneIncidentShape},
        tags=["incidents"],
    )
    def post(self, request: Request) -> Response:
        """Declares an incident; the teams of the affected services are told."""
        return idempotency.once(request, lambda: self._declared(request))

    def _declared(self, request: Request) -> Response:
        data = self.given(shapes.IncidentInput, request)
        service = services.named(service_page.services(self.access), data.pop("service"))
        affected = self._affected(data.pop("affected"))
        made = incidents.declare(self.access, service=service, new=NewIncident(**data, affected=affected))
        return Response(_body(self.access, queries.shown(self.access).get(pk=made.pk)), status=201)

    def _affected(self, slugs: Sequence[str]) -> list[Touched]:
        found = {one.slug: one for one in Service.objects.visible_to(self.access).filter(slug__in=slugs)}
        if strange := sorted(set(slugs) - set(found)):
            raise DomainError.of({"affected": [f"There is no service {', '.join(strange)}."]})
        return [Touched(one) for one in found.values()]


class OneIncident(Endpoint):
    """One incident with its timeline."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}

    @extend_schema(operation_id="incident", responses=shapes.OneIncidentShape, tags=["incidents"])
    def get(self, request: Request, incident: UUID) -> HttpResponse:
        """One of them."""
        return entity_tags.conditional(request, _body(self.access, _found(self, incident)))


class IncidentMove(Endpoint):
    """Moving an incident on."""

    doors: ClassVar[dict[str, Rule]] = {"POST": SIGNED_IN}

    @extend_schema(
        operation_id="incident_move",
        request=shapes.MoveInput,
        responses=shapes.OneIncidentShape,
        parameters=[schema.IF_MATCH],
        tags=["incidents"],
    )
    def post(self, request: Request, incident: UUID) -> Response:
        """Sets where it stands; what stands in the way is said at `state`.

        Say what you saw: its `ETag` as `If-Match`, or its `revision`. `412` when somebody was faster.
        """
        found = _found(self, incident)
        return idempotency.once(request, lambda: self._moved(request, found))

    def _moved(self, request: Request, incident: Incident) -> Response:
        data = self.given(shapes.MoveInput, request)
        body = _body(self.access, incident)
        seen = entity_tags.seen(request, body, current=incident.revision, said=data["revision"])
        incident_states.move(self.access, incident=incident, to=data["state"], text=data["text"], seen=seen)
        return entity_tags.tagged(_body(self.access, _found(self, incident.public_id)))


def _found(endpoint: Endpoint, incident: UUID) -> Incident:
    return get_object_or_404(queries.shown(endpoint.access), public_id=incident)


def _body(access: Access, incident: Incident) -> dict[str, Any]:
    timeline = [shapes.entry(row) for row in queries.timeline(access, incident).order_by("at", "pk")]
    return {
        **shapes.incident(incident),
        "timeline": timeline,
        "open_steps": list(queries.playbook(incident).steps.open),
        "affected": [row.service.slug for row in queries.affected_seen(access, incident)],
    }
