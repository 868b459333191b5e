"""Ownership by machine: the matrix, one service, naming somebody and taking a name off."""

from typing import ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal import clock
from portal.api import entity_tags, idempotency
from portal.api.endpoints import Endpoint, ListEndpoint
from portal.doors import SIGNED_IN, Rule
from portal.errors import DomainError
from portal.models import User
from portal.permissions import Capability
from readiness.actions import ownership as actions
from readiness.api import people
from readiness.api.serializers import ownership as shapes
from readiness.models import Assignment, OwnershipDomain, Service
from readiness.queries import ownership, service_page

TAGS = ["ownership"]


class OwnershipFilter(filters.FilterSet):
    """Filters of the matrix."""

    team = filters.CharFilter(field_name="scope__team__slug", help_text="A team’s short name.")
    holes = filters.BooleanFilter(method="with_holes", help_text="`true`: only services with a hole.")

    def with_holes(self, found: QuerySet[Service], _name: str, value: bool) -> QuerySet[Service]:
        """Services with a domain that nobody holds, or the others."""
        return found.filter(status__owner_holes__gt=0) if value else found.filter(status__owner_holes=0)


class Ownership(ListEndpoint):
    """Every service that the caller may see with its domains; retired ones are left out."""

    model = Service
    filterset_class = OwnershipFilter
    ordering = ("name", "pk")
    ordering_fields = ("name",)

    @extend_schema(operation_id="ownership", responses=shapes.OwnershipShape(many=True), tags=TAGS)
    def get(self, request: Request) -> Response:
        """Who is accountable and who supports, by service and domain, with the holes."""
        rows, domains, now = ownership.services(self.access), ownership.domains(), clock.now()
        return self.page(request, rows, lambda service: shapes.ownership(ownership.row(service, domains, now)))


class ServiceOwnership(Endpoint):
    """The owners of one service."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}

    @extend_schema(operation_id="service_ownership", responses=shapes.OwnershipShape, tags=TAGS)
    def get(self, request: Request, slug: str) -> HttpResponse:
        """Who answers for which domain of a service. Conditional by `ETag`."""
        return entity_tags.conditional(request, _body(self, slug))


class DomainAssignment(Endpoint):
    """Naming somebody for a domain."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.OWNERSHIP_ASSIGN}

    @extend_schema(
        operation_id="ownership_assign", request=shapes.AssignmentInput, responses=shapes.OwnershipShape, tags=TAGS
    )
    def post(self, request: Request, slug: str, domain: str) -> Response:
        """Makes somebody accountable for a domain, or one of those who support."""
        service, held = _place(self, slug, domain)
        return idempotency.once(request, lambda: self._assigned(request, service, held))

    def _assigned(self, request: Request, service: Service, domain: OwnershipDomain) -> Response:
        data = self.given(shapes.AssignmentInput, request)
        person = people.named(service, data["person"], "person")
        actions.assign(self.access, service=service, domain=domain, person=person, role=data["role"])
        return entity_tags.tagged(_body(self, service.slug))


class DomainVacancy(Endpoint):
    """Taking somebody off a domain."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.OWNERSHIP_ASSIGN}

    @extend_schema(
        operation_id="ownership_vacate", request=shapes.VacateInput, responses=shapes.OwnershipShape, tags=TAGS
    )
    def post(self, request: Request, slug: str, domain: str) -> Response:
        """Takes somebody off a domain, in whichever role they hold it, with the reason."""
        service, held = _place(self, slug, domain)
        return idempotency.once(request, lambda: self._vacated(request, service, held))

    def _vacated(self, request: Request, service: Service, domain: OwnershipDomain) -> Response:
        data = self.given(shapes.VacateInput, request)
        person = self._holder(service, domain, data["person"])
        actions.vacate(self.access, service=service, domain=domain, person=person, reason=data["reason"])
        return entity_tags.tagged(_body(self, service.slug))

    def _holder(self, service: Service, domain: OwnershipDomain, email: str) -> User:
        held = Assignment.objects.visible_to(self.access).current().filter(service=service, domain=domain)
        found = held.filter(person__email__iexact=email).select_related("person").first()
        if found is None:
            raise DomainError.of({"person": ["Nobody with this e-mail address holds this domain."]})
        return found.person


def _place(endpoint: Endpoint, slug: str, domain: str) -> tuple[Service, OwnershipDomain]:
    service = get_object_or_404(service_page.services(endpoint.access), slug=slug)
    return service, get_object_or_404(OwnershipDomain, key=domain)


def _body(endpoint: Endpoint, slug: str) -> dict[str, object]:
    service = get_object_or_404(ownership.with_holders(Service.objects.visible_to(endpoint.access)), slug=slug)
    return shapes.ownership(ownership.row(service, ownership.domains(), clock.now()))
