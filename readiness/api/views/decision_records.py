"""Decision records by machine: the list, one, proposing and revising one, and the acts that move it."""

from collections.abc import Callable
from typing import ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from portal.actions.documents import Written
from portal.api import entity_tags, files, idempotency, schema
from portal.api.endpoints import Endpoint, ListEndpoint
from portal.doors import SIGNED_IN, Rule
from portal.permissions import Capability
from readiness.actions import decision_records
from readiness.api import printing, services
from readiness.api.serializers import decision_records as shapes
from readiness.choices import DecisionRecordState
from readiness.models import DecisionRecord
from readiness.queries import decision_records as queries
from readiness.queries import service_page
from readiness.queries.packs import decision_records as pack_records
from readiness.rules import decision_records as rules

ACTS: dict[str, Callable[..., None]] = {
    "accept": decision_records.accept,
    "reject": decision_records.reject,
    "deprecate": decision_records.deprecate,
    "review": decision_records.confirm,
}


class DecisionRecordFilter(filters.FilterSet):
    """Filters of the list of decision records."""

    service = filters.CharFilter(field_name="service__slug")
    state = filters.ChoiceFilter(choices=DecisionRecordState.choices)


class DecisionRecords(ListEndpoint):
    """The decision records of the services the caller may see, and a new one."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN, "POST": Capability.DOCUMENT_WRITE}
    model = DecisionRecord
    filterset_class = DecisionRecordFilter
    ordering = ("-written_at", "pk")
    ordering_fields = ("written_at", "number")

    @extend_schema(
        operation_id="decision_records", responses=shapes.DecisionRecordShape(many=True), tags=["decision records"]
    )
    def get(self, request: Request) -> Response:
        """What was decided and why, and what is proposed."""
        return self.page(request, queries.listed(self.access), shapes.decision_record)

    @extend_schema(
        operation_id="decision_record_propose",
        request=shapes.DecisionRecordInput,
        responses={201: shapes.OneDecisionRecordShape},
        tags=["decision records"],
    )
    def post(self, request: Request) -> Response:
        """Proposes a record; what it `supersedes` ends when it is accepted."""
        return idempotency.once(request, lambda: self._proposed(request))

    def _proposed(self, request: Request) -> Response:
        data = self.given(shapes.DecisionRecordInput, request)
        service = services.named(service_page.services(self.access), data["service"])
        content = {**data["content"], rules.SUPERSEDES.key: rules.line(data["supersedes"])}
        made = decision_records.propose(self.access, service=service, title=data["title"], written=Written(content))
        return Response(shapes.one(_found(self, made.public_id)), status=201)


class OneDecisionRecord(Endpoint):
    """One decision record with what it says, and its next revision."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN, "PATCH": Capability.DOCUMENT_WRITE}

    @extend_schema(operation_id="decision_record", responses=shapes.OneDecisionRecordShape, tags=["decision records"])
    def get(self, request: Request, record: UUID) -> HttpResponse:
        """One of them."""
        return entity_tags.conditional(request, shapes.one(_found(self, record)))

    @extend_schema(
        operation_id="decision_record_revise",
        request=shapes.DecisionRecordChange,
        responses=shapes.OneDecisionRecordShape,
        parameters=[schema.IF_MATCH],
        tags=["decision records"],
    )
    def patch(self, request: Request, record: UUID) -> Response:
        """Revises a proposal; the text of a record that is decided never changes.

        Say what you saw: its `ETag` as `If-Match`, or its `revision`. What somebody else changed since stays theirs,
        unless both changed the same field: `412`.
        """
        found = _found(self, record)
        return idempotency.once(request, lambda: self._revised(request, found))

    def _revised(self, request: Request, record: DecisionRecord) -> Response:
        data = self.given(shapes.DecisionRecordChange, request)
        seen = _seen(request, record, data["revision"])
        content = {**record.content, **data.get("content", {})}
        if "supersedes" in data:
            content[rules.SUPERSEDES.key] = rules.line(data["supersedes"])
        title, written = data.get("title", record.title), Written(content, data["note"])
        decision_records.revise(self.access, record=record, title=title, written=written, seen=seen)
        return entity_tags.tagged(shapes.one(_found(self, record.public_id)))


class DecisionRecordActs(Endpoint):
    """What moves a record on."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.DOCUMENT_REVIEW}

    @extend_schema(
        operation_id="decision_record_act",
        request=shapes.DecisionRecordActInput,
        responses=shapes.OneDecisionRecordShape,
        parameters=[schema.IF_MATCH],
        tags=["decision records"],
    )
    def post(self, request: Request, record: UUID) -> Response:
        """Accepts or rejects a proposal; deprecates what is accepted, or says (`review`) that it still holds.

        Say what you saw: its `ETag` as `If-Match`, or its `revision`. `412` when somebody was faster.
        """
        found = _found(self, record)
        return idempotency.once(request, lambda: self._done(request, found))

    def _done(self, request: Request, record: DecisionRecord) -> Response:
        data = self.given(shapes.DecisionRecordActInput, request)
        seen = _seen(request, record, data["revision"])
        ACTS[data["act"]](self.access, record=record, seen=seen, note=data["note"])
        return entity_tags.tagged(shapes.one(_found(self, record.public_id)))


class DecisionRecordPdf(Endpoint):
    """A record in print. What is refused is told in JSON."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}
    parameters = ("revision",)
    renderer_classes = (JSONRenderer, files.AsPdf)

    @extend_schema(
        operation_id="decision_record_pdf",
        parameters=[files.REVISION],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
        tags=["decision records"],
    )
    def get(self, request: Request, record: UUID) -> HttpResponse:
        """A revision in print, in the look of an audit pack."""
        found = _found(self, record)
        return printing.answer(pack_records.printed(found, files.revision(request, found.revision)))


def _seen(request: Request, record: DecisionRecord, said: int | None) -> int:
    return entity_tags.seen(request, shapes.one(record), current=record.revision, said=said)


def _found(endpoint: Endpoint, public_id: UUID) -> DecisionRecord:
    return get_object_or_404(queries.listed(endpoint.access), public_id=public_id)
