"""Evidence by machine: the list, one, its file, attaching a piece to an item, and withdrawing one."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from portal import downloads
from portal.api import entity_tags, exceptions, idempotency
from portal.api.endpoints import Endpoint, ListEndpoint
from portal.api.parsers import JsonParser
from portal.api.schema import Problem
from portal.doors import SIGNED_IN, Rule
from portal.errors import DomainError
from portal.permissions import Capability
from readiness.actions import downloads as file_downloads
from readiness.actions import evidence
from readiness.api.serializers import evidence as shapes
from readiness.api.views import items
from readiness.choices import EvidenceKind
from readiness.models import Evidence, ItemAnswer, ModelVersion, Service
from readiness.queries import evidence as queries

TAGS = ["evidence"]
FORM = "multipart/form-data"
GONE = "This file was redacted. Its name, digest and the reason stay on record."


class EvidenceFilter(filters.FilterSet):
    """Filters of the list of evidence."""

    service = filters.CharFilter(field_name="answer__review__service__slug")
    review = filters.UUIDFilter(field_name="answer__review__public_id")
    item = filters.UUIDFilter(field_name="answer__public_id")
    item_key = filters.CharFilter(field_name="answer__item_key")
    kind = filters.ChoiceFilter(choices=EvidenceKind.choices)
    release = filters.CharFilter(field_name="release__label")
    withdrawn = filters.BooleanFilter(field_name="withdrawn_at", lookup_expr="isnull", exclude=True)


class AllEvidence(ListEndpoint):
    """The evidence on the services the caller may see."""

    model = Evidence
    filterset_class = EvidenceFilter
    ordering = ("-added_at", "pk")
    ordering_fields = ("added_at", "observed_on")

    @extend_schema(operation_id="evidence_list", responses=shapes.EvidenceShape(many=True), tags=TAGS)
    def get(self, request: Request) -> Response:
        """What proves items, and what did until it was withdrawn."""
        return self.page(request, queries.listed(self.access), shapes.piece)


class OneEvidence(Endpoint):
    """One piece of evidence."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}

    @extend_schema(operation_id="evidence", responses=shapes.EvidenceShape, tags=TAGS)
    def get(self, request: Request, evidence: UUID) -> HttpResponse:
        """One of them. Conditional by `ETag`."""
        return entity_tags.conditional(request, shapes.piece(_found(self, evidence)))


class AnyFile(JSONRenderer):
    """Lets a caller ask for whatever a file is."""

    media_type = "application/octet-stream"
    format = "file"


class EvidenceFile(Endpoint):
    """The file of a piece of evidence."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}
    renderer_classes = (JSONRenderer, AnyFile)

    @extend_schema(
        operation_id="evidence_file",
        responses={
            (200, "application/octet-stream"): OpenApiTypes.BINARY,
            (410, exceptions.MEDIA_TYPE): Problem,
        },
        tags=TAGS,
    )
    def get(self, request: Request, evidence: UUID) -> Response | HttpResponse | FileResponse:
        """The bytes, under their own name and type; taking them is an event of the audit trail. `410`: redacted."""
        piece = _found(self, evidence)
        attachment = piece.attachment
        if attachment is None:
            raise DomainError("This piece is no file. See its `url`, `drill` or `document`.")
        if attachment.redacted_at:
            return exceptions.problem(410, "redacted", GONE)
        service = Service.objects.visible_to(self.access).select_related("scope").get(pk=piece.answer.review.service_id)
        if request.method != "HEAD":
            file_downloads.note(self.access, piece, service=service, title=piece.title, sha256=piece.digest)
        return downloads.attachment(attachment.file, name=attachment.name, media_type=attachment.media_type)


class ItemEvidence(Endpoint):
    """The evidence of one item."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.REVIEW_ANSWER}
    parser_classes = (JsonParser, MultiPartParser)

    @extend_schema(
        operation_id="evidence_attach",
        request={"application/json": shapes.EvidenceInput, FORM: shapes.EvidenceFileInput},
        responses={201: shapes.EvidenceShape},
        tags=TAGS,
    )
    def post(self, request: Request, item: UUID) -> Response:
        """Attaches a link, a drill or a document as JSON, or a file of up to 25 MB as a form.

        A measured value is entered on the item itself, and is evidence where it meets its target.
        """
        answer = items.find(self.access, item)
        return idempotency.once(request, lambda: self._attached(request, answer))

    def _attached(self, request: Request, answer: ItemAnswer) -> Response:
        is_form = (request.content_type or "").startswith(FORM)
        data = self.given(shapes.EvidenceFileInput if is_form else shapes.EvidenceInput, request)
        made = self._attach(answer, data)
        return entity_tags.tagged(shapes.piece(_found(self, made.public_id)), status=201)

    def _attach(self, answer: ItemAnswer, data: dict[str, Any]) -> Evidence:
        service, named = answer.review.service, _named(answer.review.service, data)
        if "drill" in data:
            drill = service.drills.select_related("environment", "release").filter(public_id=data["drill"]).first()
            if drill is None:
                raise DomainError.of({"drill": ["Choose a drill of this service."]})
            return evidence.attach_drill(self.access, answer=answer, drill=drill)
        if "document" in data:
            kind, document = _document(data["document"])
            return evidence.attach_document(self.access, answer=answer, kind=kind, document=document)
        if "file" in data:
            return evidence.attach_file(self.access, answer=answer, file=data["file"], title=data["title"], **named)
        return evidence.attach_link(self.access, answer=answer, url=data["url"], title=data["title"], **named)


class EvidenceWithdrawal(Endpoint):
    """Taking a piece out."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.REVIEW_ANSWER}

    @extend_schema(
        operation_id="evidence_withdraw", request=shapes.WithdrawInput, responses=shapes.EvidenceShape, tags=TAGS
    )
    def post(self, request: Request, evidence: UUID) -> Response:
        """Takes a piece out of its answer; it stays on record with the reason."""
        found = _found(self, evidence)
        return idempotency.once(request, lambda: self._withdrawn(request, found))

    def _withdrawn(self, request: Request, piece: Evidence) -> Response:
        data = self.given(shapes.WithdrawInput, request)
        piece.answer = items.find(self.access, piece.answer.public_id)
        evidence.withdraw(self.access, piece=piece, reason=data["reason"])
        return entity_tags.tagged(shapes.piece(_found(self, piece.public_id)))


def _found(endpoint: Endpoint, public_id: UUID) -> Evidence:
    return get_object_or_404(queries.listed(endpoint.access), public_id=public_id)


def _named(service: Service, data: dict[str, Any]) -> dict[str, Any]:
    """What the piece names, each of this service."""
    versions = ModelVersion.objects.filter(model__service=service)
    rows: dict[str, tuple[QuerySet[Any], str]] = {
        "release": (service.releases.all(), "label"),
        "environment": (service.environments.all(), "name"),
        "model_version": (versions.select_related("model"), "public_id"),
    }
    found: dict[str, Any] = {"observed_on": data.get("observed_on")}
    for name, (offered, key) in rows.items():
        if name in data:
            found[name] = offered.filter(**{key: data[name]}).first()
            if found[name] is None:
                raise DomainError.of({name: ["The service has none of this name."]})
    return found


def _document(words: str) -> tuple[str, UUID]:
    kind, _, public_id = words.rpartition(":")
    try:
        return kind, UUID(public_id)
    except ValueError:
        raise DomainError.of({"document": ["Write its kind and its id, with a colon between."]}) from None
