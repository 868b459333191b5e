"""Sign-offs by machine: read only. Giving one is a signature, for which a person stands at the item's page."""

from typing import ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import entity_tags
from portal.api.endpoints import Endpoint, ListEndpoint
from portal.doors import SIGNED_IN, Rule
from readiness.api.serializers import signoffs as shapes
from readiness.models import SignOff
from readiness.queries import signoffs as queries


class SignOffFilter(filters.FilterSet):
    """Filters of the list of sign-offs."""

    service = filters.CharFilter(field_name="answer__review__service__slug")
    review = filters.UUIDFilter(field_name="answer__review__public_id")
    item = filters.UUIDFilter(field_name="answer__public_id")
    item_key = filters.CharFilter(field_name="answer__item_key")
    by = filters.CharFilter(field_name="person__email", lookup_expr="iexact", help_text="By e-mail address.")
    void = filters.BooleanFilter(field_name="void", lookup_expr="isnull", exclude=True)
    since = filters.IsoDateTimeFilter(field_name="signed_at", lookup_expr="gte")


class SignOffs(ListEndpoint):
    """The sign-offs on the services the caller may see."""

    model = SignOff
    filterset_class = SignOffFilter
    ordering = ("-signed_at", "pk")
    ordering_fields = ("signed_at",)

    @extend_schema(operation_id="sign_offs", responses=shapes.SignOffShape(many=True), tags=["sign-offs"])
    def get(self, request: Request) -> Response:
        """Who stated of which item that it is met, in which words, and how each ended."""
        return self.page(request, queries.listed(self.access), shapes.signoff)


class OneSignOff(Endpoint):
    """One sign-off."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}

    @extend_schema(operation_id="sign_off", responses=shapes.SignOffShape, tags=["sign-offs"])
    def get(self, request: Request, signoff: UUID) -> HttpResponse:
        """One of them. Conditional by `ETag`."""
        found = get_object_or_404(queries.listed(self.access), public_id=signoff)
        return entity_tags.conditional(request, shapes.signoff(found))
