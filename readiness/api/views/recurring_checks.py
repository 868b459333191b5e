"""Recurring checks by machine: the list, one, saying what came of one, and holding its reminders back."""

from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from portal import clock
from portal.api import entity_tags, idempotency, schema
from portal.api.endpoints import Endpoint, ListEndpoint
from portal.api.parsers import JsonParser
from portal.doors import SIGNED_IN, Rule
from portal.permissions import Capability
from readiness.actions import recurring_checks
from readiness.api.serializers import recurring_checks as shapes
from readiness.choices import Cadence
from readiness.models import CheckOccurrence
from readiness.queries import recurring_checks as queries

FORM = "multipart/form-data"


class CheckFilter(filters.FilterSet):
    """Filters of the list of checks."""

    service = filters.CharFilter(field_name="service__slug")
    check = filters.CharFilter(field_name="recurring_check__key")
    cadence = filters.ChoiceFilter(choices=Cadence.choices)
    period = filters.CharFilter(field_name="period")
    open = filters.BooleanFilter(method="is_open", help_text="Those that can still be answered, or the others.")

    def is_open(self, found: QuerySet[CheckOccurrence], _name: str, value: bool) -> QuerySet[CheckOccurrence]:
        """Without a result, before the next period opens."""
        running = {"result": "", "ends_at__gt": clock.now()}
        return found.filter(**running) if value else found.exclude(**running)


class Checks(ListEndpoint):
    """The checks of the services the caller may see."""

    model = CheckOccurrence
    filterset_class = CheckFilter
    ordering = ("-opens_at", "pk")
    ordering_fields = ("opens_at", "due_at")

    @extend_schema(operation_id="checks", responses=shapes.CheckShape(many=True), tags=["checks"])
    def get(self, request: Request) -> Response:
        """What live services owe each week, month and quarter, and what came of it."""
        now = clock.now()
        return self.page(request, queries.listed(self.access), lambda row: shapes.check(row, now))


class OneCheck(Endpoint):
    """One check."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}

    @extend_schema(operation_id="check", responses=shapes.CheckShape, tags=["checks"])
    def get(self, request: Request, check: UUID) -> HttpResponse:
        """One of them. Conditional by `ETag`."""
        return entity_tags.conditional(request, shapes.check(_found(self, check), clock.now()))


class CheckSnooze(Endpoint):
    """Holding the reminders of a check back."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.CHECK_ANSWER}

    @extend_schema(
        operation_id="check_snooze",
        request=shapes.SnoozeInput,
        responses=shapes.CheckShape,
        parameters=[schema.IF_MATCH],
        tags=["checks"],
    )
    def post(self, request: Request, check: UUID) -> Response:
        """Reminds nobody of an open check until a moment, with a reason. What is due stays due.

        Say what you saw: its `ETag` as `If-Match`, or its `revision`. `412` when somebody was faster.
        """
        found = _found(self, check)
        return idempotency.once(request, lambda: self._snoozed(request, found))

    def _snoozed(self, request: Request, occurrence: CheckOccurrence) -> Response:
        data = self.given(shapes.SnoozeInput, request)
        data["revision"] = _seen(request, occurrence, data["revision"])
        held = recurring_checks.snooze(self.access, occurrence=occurrence, **data)
        return entity_tags.tagged(shapes.check(held, clock.now()))


class CheckAnswer(Endpoint):
    """Said by a tool, or by a person through one."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.CHECK_ANSWER}
    parser_classes = (JsonParser, MultiPartParser)

    @extend_schema(
        operation_id="check_answer",
        request={"application/json": shapes.AnswerInput, FORM: shapes.AnswerFileInput},
        responses=shapes.CheckShape,
        parameters=[schema.IF_MATCH],
        tags=["checks"],
    )
    def post(self, request: Request, check: UUID) -> Response:
        """Says what came of a check, by the rules of the page.

        Say what you saw: its `ETag` as `If-Match`, or its `revision`. `412` when somebody was faster; `422` names what
        is wrong, such as numbers that do not let a measured check pass. As a form it may bring a file of up to 25 MB.
        """
        found = _found(self, check)
        return idempotency.once(request, lambda: self._said(request, found))

    def _said(self, request: Request, occurrence: CheckOccurrence) -> Response:
        is_form = (request.content_type or "").startswith(FORM)
        given = (shapes.AnswerFileInput if is_form else shapes.AnswerInput)(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        seen = _seen(request, occurrence, data["revision"])
        done = recurring_checks.answer(
            self.access, occurrence=occurrence, told=given.told, revision=seen, file=data.get("file")
        )
        return Response(shapes.check(done, clock.now()))


def _seen(request: Request, occurrence: CheckOccurrence, said: int | None) -> int:
    body = shapes.check(occurrence, clock.now())
    return entity_tags.seen(request, body, current=occurrence.revision, said=said)


def _found(endpoint: Endpoint, check: UUID) -> CheckOccurrence:
    return get_object_or_404(queries.with_surroundings(endpoint.access), public_id=check)
