"""Absences by machine: one's own, and of the teams one leads; entering one, naming who stands in, taking it back."""

from typing import ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import entity_tags, idempotency
from portal.api.endpoints import Endpoint, ListEndpoint
from portal.doors import SIGNED_IN, Rule
from portal.errors import DomainError
from portal.models import User
from readiness.actions import absences as actions
from readiness.api.serializers import absences as shapes
from readiness.models import Absence
from readiness.queries import absences

TAGS = ["absences"]


class AbsencesFilter(filters.FilterSet):
    """Filters of the list of absences."""

    person = filters.CharFilter(field_name="person__email", lookup_expr="iexact", help_text="By e-mail address.")
    deputy = filters.CharFilter(field_name="deputy__email", lookup_expr="iexact", help_text="By e-mail address.")
    since = filters.DateFilter(field_name="ends_on", lookup_expr="gte", help_text="Not over before this day.")
    until = filters.DateFilter(field_name="starts_on", lookup_expr="lte", help_text="Begun by this day.")
    cancelled = filters.BooleanFilter(field_name="cancelled_at", lookup_expr="isnull", exclude=True)


class Absences(ListEndpoint):
    """The absences that the caller may enter, and a new one."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN, "POST": SIGNED_IN}
    model = Absence
    filterset_class = AbsencesFilter
    ordering = ("-starts_on", "pk")
    ordering_fields = ("starts_on", "ends_on")

    @extend_schema(operation_id="absences", responses=shapes.AbsenceShape(many=True), tags=TAGS)
    def get(self, request: Request) -> Response:
        """When you are away, and everybody in teams that you lead, with who stands in."""
        return self.page(request, absences.listed(self.access), shapes.absence)

    @extend_schema(
        operation_id="absence_enter", request=shapes.AbsenceInput, responses={201: shapes.AbsenceShape}, tags=TAGS
    )
    def post(self, request: Request) -> Response:
        """Says that somebody is away: they themselves, or who leads a team that they are in."""
        return idempotency.once(request, lambda: self._entered(request))

    def _entered(self, request: Request) -> Response:
        data = self.given(shapes.AbsenceInput, request)
        person, deputy = self.access.person, _deputy(data["deputy"])
        if "person" in data:
            managed = absences.people_managed(self.access).filter(email__iexact=data["person"]).first()
            if managed is None:
                words = "Only they themselves or a lead of their team can say when they are away."
                raise DomainError.of({"person": [words]})
            person = managed
        made = actions.enter(
            self.access, person=person, starts_on=data["starts_on"], ends_on=data["ends_on"], deputy=deputy
        )
        return entity_tags.tagged(shapes.absence(made), status=201)


class OneAbsence(Endpoint):
    """One absence."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}

    @extend_schema(operation_id="absence", responses=shapes.AbsenceShape, tags=TAGS)
    def get(self, request: Request, absence: UUID) -> HttpResponse:
        """One of them. Conditional by `ETag`."""
        return entity_tags.conditional(request, shapes.absence(_found(self, absence)))


class AbsenceDeputy(Endpoint):
    """Who stands in."""

    doors: ClassVar[dict[str, Rule]] = {"POST": SIGNED_IN}

    @extend_schema(operation_id="absence_deputy", request=shapes.DeputyInput, responses=shapes.AbsenceShape, tags=TAGS)
    def post(self, request: Request, absence: UUID) -> Response:
        """Names who stands in, another than before, or nobody; refused once the absence is over."""
        found = _found(self, absence)
        return idempotency.once(request, lambda: self._named(request, found))

    def _named(self, request: Request, found: Absence) -> Response:
        data = self.given(shapes.DeputyInput, request)
        actions.name_deputy(self.access, absence=found, deputy=_deputy(data["deputy"]))
        return entity_tags.tagged(shapes.absence(_found(self, found.public_id)))


class AbsenceCancel(Endpoint):
    """Not away after all."""

    doors: ClassVar[dict[str, Rule]] = {"POST": SIGNED_IN}

    @extend_schema(operation_id="absence_cancel", request=None, responses=shapes.AbsenceShape, tags=TAGS)
    def post(self, request: Request, absence: UUID) -> Response:
        """Takes an absence back, or ends it early; it stays on record."""
        found = _found(self, absence)
        return idempotency.once(request, lambda: self._cancelled(found))

    def _cancelled(self, found: Absence) -> Response:
        actions.cancel(self.access, absence=found)
        return entity_tags.tagged(shapes.absence(_found(self, found.public_id)))


def _found(endpoint: Endpoint, absence: UUID) -> Absence:
    return get_object_or_404(absences.listed(endpoint.access), public_id=absence)


def _deputy(email: str | None) -> User | None:
    """Somebody who may stand in. Raises DomainError at `deputy`."""
    if email is None:
        return None
    found = absences.possible_deputies().filter(email__iexact=email).first()
    if found is None:
        raise DomainError.of({"deputy": ["Nobody with this e-mail address is in a team."]})
    return found
