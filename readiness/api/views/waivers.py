"""Waivers by machine: the list, one, asking for one, and ending one. Approving is a signature, which no token gives."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal import clock
from portal.api import idempotency
from portal.api.endpoints import Endpoint, ListEndpoint
from portal.doors import SIGNED_IN, Rule
from portal.errors import DomainError
from portal.permissions import Capability
from readiness.actions import waivers
from readiness.api import services
from readiness.api.serializers import waivers as shapes
from readiness.choices import WaiverState
from readiness.models import Service, Waiver
from readiness.queries import waiver_list
from readiness.queries import waivers as waiver_queries


class WaiverFilter(filters.FilterSet):
    """Filters of the list of waivers."""

    service = filters.CharFilter(field_name="service__slug")
    item = filters.CharFilter(field_name="item_key")
    critical = filters.BooleanFilter()
    state = filters.ChoiceFilter(
        choices=[*WaiverState.choices, ("lapsing", "Lapsing"), ("ended", "Ended")],
        method="in_state",
        help_text="`standing`: on credit, so of no retired service. `lapsing`: that, for 14 days at most. "
        "`ended`: renewed, revoked, refused or withdrawn.",
    )

    def in_state(self, found: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Where it stands today, where its team is."""
        return waiver_list.in_state(found, value)


class Waivers(ListEndpoint):
    """The waivers of the services the caller may see."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN, "POST": Capability.WAIVER_REQUEST}
    model = Waiver
    filterset_class = WaiverFilter
    ordering = ("-asked_at", "pk")
    ordering_fields = ("asked_at", "expires_on")

    @extend_schema(operation_id="waivers", responses=shapes.WaiverShape(many=True), tags=["waivers"])
    def get(self, request: Request) -> Response:
        """Exceptions to single items: asked for, on credit, lapsed, or over."""
        return self.page(request, waiver_list.listed(self.access, clock.now()), _shape)

    @extend_schema(
        operation_id="waiver_request",
        request=shapes.WaiverInput,
        responses={201: shapes.WaiverShape},
        tags=["waivers"],
    )
    def post(self, request: Request) -> Response:
        """Asks for a waiver of an item, or for its renewal. It counts once another person has approved it on a page."""
        return idempotency.once(request, lambda: self._asked(request))

    def _asked(self, request: Request) -> Response:
        given = shapes.WaiverInput(data=request.data)
        given.is_valid(raise_exception=True)
        visible = Service.objects.visible_to(self.access).select_related("scope__team")
        service = services.named(visible, given.validated_data["service"])
        answer = waiver_queries.answer_for(service, given.validated_data["item"])
        if answer is None:
            raise DomainError.of({"item": ["No review of this service asks for this item."]})
        asked = waivers.request(self.access, answer=answer, wanted=given.wanted)
        return Response(_shape(waiver_queries.surrounded().get(pk=asked.pk)), status=201)


class OneWaiver(Endpoint):
    """One waiver."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}

    @extend_schema(operation_id="waiver", responses=shapes.WaiverShape, tags=["waivers"])
    def get(self, _request: Request, waiver: UUID) -> Response:
        """What was asked for and how it ended."""
        return Response(_shape(_found(self, waiver)))


class WaiverSettlementCall(Endpoint):
    """The answer to a request."""

    doors: ClassVar[dict[str, Rule]] = {"POST": SIGNED_IN}

    @extend_schema(
        operation_id="waiver_settle", request=shapes.SettleInput, responses=shapes.WaiverShape, tags=["waivers"]
    )
    def post(self, request: Request, waiver: UUID) -> Response:
        """Refuses a request, or withdraws one's own.

        `approve` is a signature that needs a fresh proof of identity: by token it is always `403 proof-needed`, and the
        waiver's page is where it is given. `412` when the digest is not that of the request.
        """
        found = _found(self, waiver)
        return idempotency.once(request, lambda: self._settled(request, found))

    def _settled(self, request: Request, found: Waiver) -> Response:
        data = self.given(shapes.SettleInput, request)
        match data["verdict"]:
            case "approve":
                waivers.approve(self.access, waiver=found, digest=data["digest"], proof=None, note=data["note"])
            case "refuse":
                waivers.refuse(self.access, waiver=found, reason=data["note"], digest=data["digest"])
            case _:
                waivers.withdraw(self.access, waiver=found, reason=data["note"], digest=data["digest"])
        return Response(_shape(_found(self, found.public_id)))


class WaiverRevocationCall(Endpoint):
    """The end of a waiver before its last day."""

    doors: ClassVar[dict[str, Rule]] = {"POST": SIGNED_IN}

    @extend_schema(
        operation_id="waiver_revoke", request=shapes.RevokeInput, responses=shapes.WaiverShape, tags=["waivers"]
    )
    def post(self, request: Request, waiver: UUID) -> Response:
        """Ends a waiver now, with a reason: who may approve it, or who asked for it."""
        found = _found(self, waiver)
        return idempotency.once(request, lambda: self._revoked(request, found))

    def _revoked(self, request: Request, found: Waiver) -> Response:
        data = self.given(shapes.RevokeInput, request)
        waivers.revoke(self.access, waiver=found, reason=data["reason"])
        return Response(_shape(_found(self, found.public_id)))


def _found(endpoint: Endpoint, public_id: UUID) -> Waiver:
    return get_object_or_404(waiver_queries.visible(endpoint.access), public_id=public_id)


def _shape(row: Waiver) -> dict[str, Any]:
    return shapes.waiver(row, clock.today_in(row.service.team.time_zone))
