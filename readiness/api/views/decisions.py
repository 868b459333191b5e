"""Decisions by machine: read only. Recording, withdrawing, keeping and rolling back are signatures, given on a page."""

from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal import clock
from portal.api import entity_tags
from portal.api.endpoints import Endpoint, ListEndpoint
from portal.api.pagination import CursorPages
from portal.doors import SIGNED_IN, Rule
from readiness.api.serializers import decisions as shapes
from readiness.choices import Verdict
from readiness.models import LaunchDecision
from readiness.queries import decisions


class DecisionFilter(filters.FilterSet):
    """Filters of the list of decisions."""

    service = filters.CharFilter(field_name="service__slug")
    release = filters.CharFilter(field_name="release__label")
    environment = filters.CharFilter(field_name="environment__name")
    verdict = filters.ChoiceFilter(choices=Verdict.choices)
    since = filters.IsoDateTimeFilter(field_name="decided_at", lookup_expr="gte")

    class Meta:
        model = LaunchDecision
        fields: ClassVar[list[str]] = []


class DecisionPages(CursorPages):
    """The newest first, unless `ordering` says otherwise."""

    ordering = ("-decided_at", "pk")  # type: ignore[assignment]  # several are as good as one


class Decisions(ListEndpoint):
    """The decisions on the services the caller may see."""

    filterset_class = DecisionFilter
    ordering_fields = ("decided_at",)
    pagination_class = DecisionPages

    def get_queryset(self) -> QuerySet[LaunchDecision]:
        """What there is to filter; two statements when it is read."""
        if getattr(self, "swagger_fake_view", False):
            return LaunchDecision.objects.none()
        return decisions.with_rollbacks(decisions.listed(self.access))

    @extend_schema(operation_id="decisions", responses=shapes.RecordedDecisionShape(many=True), tags=["decisions"])
    def get(self, request: Request) -> Response:
        """Every go and no-go: what each is worth now, its conditions, and its withdrawal, rollback or emergency."""
        now = clock.now()
        return self.page(request, self.get_queryset(), lambda row: shapes.decision(row, now))


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
