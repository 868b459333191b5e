"""When a team's checks open and are due, by machine: the three timetables, one, and its change."""

from typing import ClassVar

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import entity_tags, idempotency, schema
from portal.api.endpoints import Endpoint
from portal.doors import SIGNED_IN, Rule
from portal.models import Team
from portal.permissions import Capability
from readiness.actions import timetables as actions
from readiness.api.serializers import timetables as shapes
from readiness.queries import timetables
from readiness.queries.timetables import Line

TAGS = ["checks"]


class Timetables(Endpoint):
    """The timetables of a team."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}

    @extend_schema(operation_id="team_timetables", responses=shapes.TimetablesShape, tags=TAGS)
    def get(self, request: Request, team: str) -> HttpResponse:
        """When its weekly, monthly and quarterly checks open and are due. Conditional by `ETag`."""
        lines = timetables.of_team(_team(self, team))
        return entity_tags.conditional(request, {"results": [shapes.timetable(line) for line in lines]})


class OneTimetable(Endpoint):
    """One of them, and its change."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN, "PATCH": Capability.CHECK_SCHEDULE}

    @extend_schema(operation_id="team_timetable", responses=shapes.TimetableShape, tags=TAGS)
    def get(self, request: Request, team: str, cadence: str) -> HttpResponse:
        """One of them, by its cadence. Conditional by `ETag`."""
        return entity_tags.conditional(request, shapes.timetable(_line(_team(self, team), cadence)))

    @extend_schema(
        operation_id="team_timetable_change",
        request=shapes.TimetableChange,
        responses=shapes.TimetableShape,
        parameters=[schema.IF_MATCH],
        tags=TAGS,
    )
    def patch(self, request: Request, team: str, cadence: str) -> Response:
        """Sets other days or times. It holds for the periods that open from now on.

        Say what you saw: its `ETag` as `If-Match`. `412` when somebody was faster.
        """
        found = _team(self, team)
        line = _line(found, cadence)
        return idempotency.once(request, lambda: self._changed(request, found, line))

    def _changed(self, request: Request, team: Team, line: Line) -> Response:
        data, seen = self.given(shapes.TimetableChange, request), line.timetable
        entity_tags.require_seen(request, shapes.timetable(line))
        actions.change(self.access, team=team, timetable=shapes.wanted(seen, data), seen=seen)
        return entity_tags.tagged(shapes.timetable(_line(team, line.cadence)))


def _team(endpoint: Endpoint, slug: str) -> Team:
    return get_object_or_404(Team.objects.visible_to(endpoint.access), slug=slug)


def _line(team: Team, cadence: str) -> Line:
    found = next((line for line in timetables.of_team(team) if line.cadence == cadence), None)
    if found is None:
        raise Http404
    return found
