"""Findings by machine: the list, one, opening one, and saying something on one."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import entity_tags, idempotency, schema
from portal.api.endpoints import Endpoint, ListEndpoint
from portal.doors import SIGNED_IN, Rule
from portal.errors import DomainError
from portal.permissions import Capability
from readiness.actions import findings
from readiness.api import services
from readiness.api.serializers import findings as shapes
from readiness.choices import FindingSeverity, FindingState
from readiness.models import Finding, LaunchDecision, Service
from readiness.queries import findings as queries
from readiness.queries import service_page

ACTS = {"answer": findings.answer, "send_back": findings.send_back, "close": findings.close}


class FindingFilter(filters.FilterSet):
    """Filters of the list of findings."""

    service = filters.CharFilter(field_name="service__slug")
    state = filters.ChoiceFilter(choices=FindingState.choices)
    severity = filters.ChoiceFilter(
        choices=[(name, FindingSeverity(value).label) for name, value in shapes.SEVERITIES.items()], method="weighs"
    )

    def weighs(self, found: QuerySet[Finding], _name: str, value: str) -> QuerySet[Finding]:
        """By the word of the severity."""
        return found.filter(severity=shapes.SEVERITIES[value])


class Findings(ListEndpoint):
    """The findings on services the caller may see, and a new one."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN, "POST": Capability.FINDING_OPEN}
    model = Finding
    filterset_class = FindingFilter
    ordering = ("-opened_at", "pk")
    ordering_fields = ("opened_at", "severity")

    @extend_schema(operation_id="findings", responses=shapes.FindingShape(many=True), tags=["findings"])
    def get(self, request: Request) -> Response:
        """What compliance found, and where it stands."""
        return self.page(request, queries.listed(self.access), shapes.finding)

    @extend_schema(
        operation_id="finding_open",
        request=shapes.FindingInput,
        responses={201: shapes.FindingShape},
        tags=["findings"],
    )
    def post(self, request: Request) -> Response:
        """Opens a finding, with an action item for whoever owns what it is about."""
        return idempotency.once(request, lambda: self._opened(request))

    def _opened(self, request: Request) -> Response:
        data = self.given(shapes.FindingInput, request)
        service = services.named(service_page.services(self.access), data["service"])
        made = findings.open_finding(
            self.access,
            service=service,
            severity=shapes.SEVERITIES[data["severity"]],
            title=data["title"],
            text=data["text"],
            item_key=data["item"],
            decision=_decision(service, data["decision"]),
        )
        return Response(shapes.finding(queries.listed(self.access).get(pk=made.pk)), status=201)


class OneFinding(Endpoint):
    """One finding with what was said on it, and saying something."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN, "POST": SIGNED_IN}

    @extend_schema(operation_id="finding", responses=shapes.OneFindingShape, tags=["findings"])
    def get(self, request: Request, finding: UUID) -> HttpResponse:
        """One of them."""
        return entity_tags.conditional(request, _body(self._found(finding)))

    @extend_schema(
        operation_id="finding_say",
        request=shapes.SayInput,
        responses=shapes.OneFindingShape,
        parameters=[schema.IF_MATCH],
        tags=["findings"],
    )
    def post(self, request: Request, finding: UUID) -> Response:
        """The team answers (`answer`); compliance asks for more (`send_back`) or closes it (`close`).

        Say what you saw: its `ETag` as `If-Match`, or as `seen` how many entries. `412` when somebody was faster.
        """
        found = self._found(finding)
        return idempotency.once(request, lambda: self._said(request, found))

    def _said(self, request: Request, finding: Finding) -> Response:
        data, body = self.given(shapes.SayInput, request), _body(finding)
        seen = entity_tags.seen(request, body, current=len(body["entries"]), said=data["seen"], field="seen")
        ACTS[data["act"]](self.access, finding=finding, text=data["text"], seen=seen)
        return entity_tags.tagged(_body(self._found(finding.public_id)))

    def _found(self, finding: UUID) -> Finding:
        return get_object_or_404(queries.listed(self.access), public_id=finding)


def _body(finding: Finding) -> dict[str, Any]:
    entries = [shapes.entry(row) for row in queries.entries(finding)]
    return {**shapes.finding(finding), "entries": entries}


def _decision(service: Service, number: int | None) -> LaunchDecision | None:
    if number is None:
        return None
    found = LaunchDecision.objects.filter(service=service, number=number).defer("snapshot").first()
    if found is None:
        raise DomainError.of({"decision": ["This service has no such decision."]})
    return found
