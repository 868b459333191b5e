"""Decisions by machine: read, asked for, their conditions met.

Recording, withdrawing, keeping and rolling back are signatures, for which a person stands at a page.
"""

from typing import ClassVar
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal import clock
from portal.api import entity_tags, idempotency, signatures
from portal.api.endpoints import Endpoint, ListEndpoint
from portal.doors import SIGNED_IN, Rule
from portal.errors import DomainError
from portal.permissions import Capability
from readiness.actions import conditions
from readiness.actions import decisions as actions
from readiness.api.serializers import decisions as shapes
from readiness.choices import Verdict
from readiness.models import Condition, LaunchDecision, Release
from readiness.queries import decisions


class DecisionFilter(filters.FilterSet):
    """Filters of the list of decisions."""

    service = filters.CharFilter(field_name="service__slug")
    release = filters.CharFilter(field_name="release__label")
    environment = filters.CharFilter(field_name="environment__name")
    verdict = filters.ChoiceFilter(choices=Verdict.choices)
    since = filters.IsoDateTimeFilter(field_name="decided_at", lookup_expr="gte")


class Decisions(ListEndpoint):
    """The decisions on the services the caller may see."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN, "POST": Capability.DECISION_RECORD}
    model = LaunchDecision
    filterset_class = DecisionFilter
    ordering = ("-decided_at", "pk")
    ordering_fields = ("decided_at",)

    @extend_schema(operation_id="decisions", responses=shapes.RecordedDecisionShape(many=True), tags=["decisions"])
    def get(self, request: Request) -> Response:
        """Every go and no-go: what each is worth now, its conditions, and its withdrawal, rollback or emergency."""
        rows, now = decisions.with_rollbacks(decisions.listed(self.access)), clock.now()
        return self.page(request, rows, lambda row: shapes.decision(row, now))

    @extend_schema(operation_id="decision_take", request=shapes.DecisionInput, responses={}, tags=["decisions"])
    def post(self, request: Request) -> Response:
        """Always `403 proof-needed`: who decides proves who they are at that moment, which no token does for them.

        The problem names the page where it is recorded, with its three confirmations. The gate says what would be
        allowed; `ask-decision` asks the deciders.
        """
        data = self.given(shapes.DecisionInput, request)
        release = _release(self, data["release"])
        if not release.service.environments.filter(name=data["environment"]).exists():
            message = f"{release.service.name} has no environment “{data['environment']}”."
            raise DomainError.of({"environment": [message]})
        page = reverse("readiness:decide", args=[release.service.slug, release.label])
        place = f"{page}?{urlencode({'environment': data['environment']})}"
        signatures.refuse(self.access, Capability.DECISION_RECORD, release.service.scope, page=place)


class DecisionAsking(Endpoint):
    """Asking for a decision on a release."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.REVIEW_START}

    @extend_schema(operation_id="decision_ask", request=None, responses=shapes.AskedShape, tags=["decisions"])
    def post(self, request: Request, release: UUID) -> Response:
        """Asks everybody who may decide on the release; each is told once until the next decision."""
        found = _release(self, release)
        return idempotency.once(request, lambda: self._asked(found))

    def _asked(self, release: Release) -> Response:
        asked = actions.ask(self.access, release=release)
        return Response({"asked_of": [person.name for person in asked]})


class ConditionMeeting(Endpoint):
    """Meeting a condition."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.CONDITION_MEET}

    @extend_schema(
        operation_id="condition_meet",
        request=shapes.MeetInput,
        responses=shapes.RecordedDecisionShape,
        tags=["decisions"],
    )
    def post(self, request: Request, decision: UUID, condition: UUID) -> Response:
        """States that a condition of a decision is met, and by what. Once; after its last day it stays late."""
        found = get_object_or_404(decisions.listed(self.access), public_id=decision)
        asked = get_object_or_404(found.conditions.select_related("owner"), public_id=condition)
        asked.decision = found
        return idempotency.once(request, lambda: self._met(request, asked))

    def _met(self, request: Request, condition: Condition) -> Response:
        data = self.given(shapes.MeetInput, request)
        conditions.meet(self.access, condition=condition, note=data["note"])
        rows = decisions.with_rollbacks(decisions.listed(self.access))
        return entity_tags.tagged(shapes.decision(rows.get(pk=condition.decision_id), clock.now()))


class OneDecision(Endpoint):
    """One decision."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}

    @extend_schema(operation_id="decision", responses=shapes.WholeDecisionShape, tags=["decisions"])
    def get(self, request: Request, decision: UUID) -> HttpResponse:
        """What was decided, with everything it saw, frozen. Conditional by `ETag`."""
        found = get_object_or_404(
            decisions.with_rollbacks(decisions.listed(self.access)).defer(None), public_id=decision
        )
        return entity_tags.conditional(request, shapes.whole(found, clock.now()))


def _release(endpoint: Endpoint, release: UUID) -> Release:
    visible = Release.objects.visible_to(endpoint.access).select_related("service__scope__team")
    return get_object_or_404(visible, public_id=release)
