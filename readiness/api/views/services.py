"""Services by machine: the list, one, and its status."""

from typing import ClassVar

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
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
from readiness.api.serializers import services as shapes
from readiness.choices import ServiceState, Verdict
from readiness.models import Service
from readiness.queries import service_page, service_status


class ServiceFilter(filters.FilterSet):
    """Filters of the list of services."""

    team = filters.CharFilter(field_name="scope__team__slug", help_text="A team’s short name.")
    tier = filters.NumberFilter(field_name="tier")
    state = filters.ChoiceFilter(choices=ServiceState.choices)
    verdict = filters.ChoiceFilter(field_name="status__verdict", choices=Verdict.choices)
    q = filters.CharFilter(field_name="name", lookup_expr="icontains", help_text="Part of the name.")

    class Meta:
        model = Service
        fields: ClassVar[list[str]] = []


class ServicePages(CursorPages):
    """By name, unless `ordering` says otherwise."""

    ordering = ("name", "pk")  # type: ignore[assignment]  # several are as good as one


class Services(ListEndpoint):
    """The services the caller may see."""

    filterset_class = ServiceFilter
    ordering_fields = ("name", "slug", "tier")
    pagination_class = ServicePages

    def get_queryset(self) -> QuerySet[Service]:
        """What there is to filter; one statement when it is read."""
        if getattr(self, "swagger_fake_view", False):
            return Service.objects.none()
        return service_page.services(self.access)

    @extend_schema(operation_id="services", responses=shapes.ServiceLine(many=True), tags=["services"])
    def get(self, request: Request) -> Response:
        """The services you may see, filtered, ordered and in pages by cursor."""
        now = clock.now()
        return self.page(request, self.get_queryset(), lambda service: shapes.line(service, now))


class OneService(Endpoint):
    """One service."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}

    @extend_schema(operation_id="service", responses=shapes.ServiceDetail, tags=["services"])
    def get(self, request: Request, slug: str) -> HttpResponse:
        """A service with its facts, environments and newest releases. Conditional by `ETag`."""
        service = get_object_or_404(service_page.services(self.access), slug=slug)
        releases = service.releases.order_by("-planned_at")[:20]
        return entity_tags.conditional(
            request, shapes.detail(service, service.environments.all(), releases, clock.now())
        )


class ServiceStatusCall(Endpoint):
    """What a dashboard reads."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}

    @extend_schema(operation_id="service_status", responses=shapes.StatusShape, tags=["services"])
    def get(self, request: Request, slug: str) -> HttpResponse:
        """Decision state, pillars, progress and compliance, open triggers, next due, owners.

        Cheap, and conditional: send the `ETag` back as `If-None-Match` and nothing is sent while nothing changed.
        """
        now = clock.now()
        found = service_status.find(self.access, slug, now)
        if found is None:
            raise Http404
        return entity_tags.conditional(request, shapes.status(found, now))
