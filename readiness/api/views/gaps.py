"""The gaps of a service by machine."""

from typing import Any, ClassVar

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from portal import clock
from portal.api import entity_tags
from portal.api.endpoints import Endpoint
from portal.api.strictness import Input
from portal.doors import SIGNED_IN, Rule
from readiness.api.serializers import gaps as shapes
from readiness.choices import ItemState
from readiness.queries import gaps, service_page
from readiness.queries.gaps import Line
from readiness.rules.gaps import BY_STATE


class GapFilter(Input):
    """What of the gaps is asked for; the three that weigh most are `limit=3`."""

    state = serializers.ChoiceField(choices=[state.value for state in BY_STATE], required=False)
    critical = serializers.BooleanField(required=False, allow_null=True, default=None)
    limit = serializers.IntegerField(required=False, min_value=1, max_value=200)


class Gaps(Endpoint):
    """What a service is short of, weighed."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}
    parameters = ("state", "critical", "limit")

    @extend_schema(operation_id="service_gaps", parameters=[GapFilter], responses=shapes.GapsShape, tags=["gaps"])
    def get(self, request: Request, slug: str) -> HttpResponse:
        """Its gaps with the numbers of their scores, the heaviest first. Conditional by `ETag`."""
        given = GapFilter(data=request.query_params)
        given.is_valid(raise_exception=True)
        service = get_object_or_404(service_page.glanced(self.access), slug=slug)
        found = _chosen(gaps.of_service(service, clock.now()), given.validated_data)
        return entity_tags.conditional(request, {"results": [shapes.gap(line) for line in found]})


def _chosen(lines: list[Line], wanted: dict[str, Any]) -> list[Line]:
    critical, state = wanted["critical"], wanted.get("state")
    found = [line for line in lines if critical is None or line.gap.critical == critical]
    found = [line for line in found if state is None or line.gap.state == ItemState(state)]
    return found[: wanted.get("limit")]
