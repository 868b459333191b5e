"""Alerts by machine: what fired, which sources tell it, which rules know it; what people do about it."""

from functools import partial
from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.actions import alert_ends, alert_posts
from incidents.api.serializers import alerts as shapes
from incidents.choices import AlertState, Severity, SourceKind
from incidents.models import Alert, AlertRule, AlertSource
from incidents.queries import alert_tray
from portal.api import entity_tags, idempotency
from portal.api.endpoints import Endpoint, ListEndpoint
from portal.doors import SIGNED_IN, Rule
from portal.permissions import Capability


class AlertFilter(filters.FilterSet):
    """Filters of the list of alerts."""

    service = filters.CharFilter(field_name="service__slug")
    state = filters.ChoiceFilter(choices=AlertState.choices)
    source = filters.UUIDFilter(field_name="source__public_id")
    rule = filters.UUIDFilter(field_name="rule__public_id")
    incident = filters.UUIDFilter(field_name="incident__public_id")
    since = filters.IsoDateTimeFilter(field_name="starts_at", lookup_expr="gte", help_text="Begun then or later.")
    tray = filters.BooleanFilter(method="in_tray", help_text="`true`: those that no rule knows and nobody left out.")

    def in_tray(self, found: QuerySet[Alert], _name: str, value: bool) -> QuerySet[Alert]:
        """By whether a person has to say what it is."""
        waiting = Alert.objects.in_tray()
        return found.filter(pk__in=waiting) if value else found.exclude(pk__in=waiting)


class Alerts(ListEndpoint):
    """The alerts of services the caller sees, and of the trays of their teams."""

    model = Alert
    filterset_class = AlertFilter
    ordering = ("-starts_at", "pk")
    ordering_fields = ("starts_at", "last_told_at")

    @extend_schema(operation_id="alerts", responses=shapes.ToldAlertShape(many=True), tags=["alerts"])
    def get(self, request: Request) -> Response:
        """Alerts as their sources told them."""
        return self.page(request, alert_tray.told(self.access), partial(shapes.alert, access=self.access))


class OneAlert(Endpoint):
    """One alert."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}

    @extend_schema(operation_id="alert", responses=shapes.ToldAlertShape, tags=["alerts"])
    def get(self, request: Request, alert: UUID) -> HttpResponse:
        """One of them. Conditional by `ETag`."""
        found = get_object_or_404(alert_tray.told(self.access), public_id=alert)
        return entity_tags.conditional(request, shapes.alert(found, self.access))


class EndAlert(Endpoint):
    """Ending an alert whose end nobody tells."""

    doors: ClassVar[dict[str, Rule]] = {"POST": SIGNED_IN}

    @extend_schema(
        operation_id="alert_end", request=shapes.EndAlertInput, responses=shapes.ToldAlertShape, tags=["alerts"]
    )
    def post(self, request: Request, alert: UUID) -> Response:
        """Ends it and those of its fingerprint that fire, with the reason; its incident hears of it.

        For who responds for its service. When its source tells of it again, it fires again.
        """
        found = get_object_or_404(alert_tray.told(self.access), public_id=alert)
        return idempotency.once(request, lambda: self._ended(request, found))

    def _ended(self, request: Request, alert: Alert) -> Response:
        data = self.given(shapes.EndAlertInput, request)
        alert_ends.end(self.access, alert=alert, reason=data["reason"])
        return Response(shapes.alert(alert_tray.told(self.access).get(pk=alert.pk), self.access))


class SourceFilter(filters.FilterSet):
    """Filters of the list of sources."""

    team = filters.CharFilter(field_name="team__slug")
    kind = filters.ChoiceFilter(choices=SourceKind.choices)
    revoked = filters.BooleanFilter(field_name="revoked_at", lookup_expr="isnull", exclude=True)


class AlertSources(ListEndpoint):
    """The alert sources of the caller’s teams."""

    model = AlertSource
    filterset_class = SourceFilter
    ordering = ("-created_at", "pk")
    ordering_fields = ("created_at", "name")

    @extend_schema(operation_id="alert_sources", responses=shapes.AlertSourceShape(many=True), tags=["alerts"])
    def get(self, request: Request) -> Response:
        """Which systems post alerts, and when each was last heard."""
        return self.page(request, alert_tray.sources(self.access), shapes.source)


class OneAlertSource(Endpoint):
    """One alert source."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}

    @extend_schema(operation_id="alert_source", responses=shapes.AlertSourceShape, tags=["alerts"])
    def get(self, request: Request, source: UUID) -> HttpResponse:
        """One of them. Conditional by `ETag`."""
        found = get_object_or_404(alert_tray.sources(self.access), public_id=source)
        return entity_tags.conditional(request, shapes.source(found))


class TryAgain(Endpoint):
    """Trying again what of a source could not be taken in."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.TEAM_MANAGE}

    @extend_schema(
        operation_id="alert_source_try_again", request=None, responses=shapes.AlertSourceShape, tags=["alerts"]
    )
    def post(self, request: Request, source: UUID) -> Response:
        """Has all its `stuck_posts` tried again now, for who leads its team; refused where there is none."""
        found = get_object_or_404(alert_tray.sources(self.access), public_id=source)
        return idempotency.once(request, lambda: self._tried(found))

    def _tried(self, source: AlertSource) -> Response:
        alert_posts.try_again(self.access, source=source)
        return Response(shapes.source(alert_tray.sources(self.access).get(pk=source.pk)))


class RuleFilter(filters.FilterSet):
    """Filters of the list of rules."""

    service = filters.CharFilter(field_name="service__slug")
    severity = filters.ChoiceFilter(choices=Severity.choices)
    playbook = filters.CharFilter()
    runbook = filters.UUIDFilter(field_name="runbook__public_id")
    ended = filters.BooleanFilter(field_name="ended_at", lookup_expr="isnull", exclude=True)


class AlertRules(ListEndpoint):
    """The alert rules of services the caller sees."""

    model = AlertRule
    filterset_class = RuleFilter
    ordering = ("name", "pk")
    ordering_fields = ("name", "severity")

    @extend_schema(operation_id="alert_rules", responses=shapes.AlertRuleShape(many=True), tags=["alerts"])
    def get(self, request: Request) -> Response:
        """Which alerts each service knows, and what covers them; ended ones too unless `ended=false`."""
        return self.page(request, alert_tray.every_rule(self.access), shapes.rule)


class OneAlertRule(Endpoint):
    """One alert rule."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}

    @extend_schema(operation_id="alert_rule", responses=shapes.AlertRuleShape, tags=["alerts"])
    def get(self, request: Request, rule: UUID) -> HttpResponse:
        """One of them. Conditional by `ETag`."""
        found = get_object_or_404(alert_tray.every_rule(self.access), public_id=rule)
        return entity_tags.conditional(request, shapes.rule(found))
