"""Model cards by machine: the list, one, writing, revising and reviewing one, and one in each format."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
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
from portal.errors import Conflict, DomainError
from portal.permissions import Capability
from portal.queries import documents
from readiness.actions import model_cards
from readiness.actions.model_cards import CardFile
from readiness.api import people, printing, services
from readiness.api.serializers import model_cards as shapes
from readiness.models import ModelCard, ModelVersion, ServedModel, Service
from readiness.queries import model_cards as queries
from readiness.queries import service_page
from readiness.queries.packs import model_cards as pack_cards
from readiness.rules.card_formats import formats, reading


class ModelCardFilter(filters.FilterSet):
    """Filters of the list of model cards."""

    service = filters.CharFilter(field_name="model__service__slug")
    model = filters.CharFilter(field_name="model__name")
    stale = filters.BooleanFilter(method="is_stale", help_text="`true`: those that nobody reviewed in time.")

    def is_stale(self, found: QuerySet[ModelCard], _name: str, value: bool) -> QuerySet[ModelCard]:
        """How they stand today (UTC)."""
        return found.filter(queries.stale()) if value else found.exclude(queries.stale())


class ModelCards(ListEndpoint):
    """The model cards of the services the caller may see, and a model's first."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN, "POST": Capability.DOCUMENT_WRITE}
    model = ModelCard
    filterset_class = ModelCardFilter
    ordering = ("review_on", "pk")
    ordering_fields = ("review_on", "written_at")

    @extend_schema(operation_id="model_cards", responses=shapes.ModelCardLineShape(many=True), tags=["model cards"])
    def get(self, request: Request) -> Response:
        """Every model card, without what it says."""
        return self.page(request, queries.listed(self.access), shapes.line)

    @extend_schema(
        operation_id="model_card_begin",
        request=shapes.ModelCardInput,
        responses={201: shapes.ModelCardShape},
        tags=["model cards"],
    )
    def post(self, request: Request) -> Response:
        """Writes the first card of a model: from `content` by field, or from a `file` that is imported."""
        return idempotency.once(request, lambda: self._begun(request))

    def _begun(self, request: Request) -> Response:
        data = self.given(shapes.ModelCardInput, request)
        service = services.named(service_page.services(self.access), data["service"])
        model = service.served_models.filter(name=data["model"]).first()
        if model is None:
            raise DomainError.of({"model": ["This service has no model of this name."]})
        if "file" in data:
            card = _imported(self, model, None, CardFile(data["file"], 0, data["file_name"]))
        else:
            describes = _version(model, data["describes"]) if data.get("describes") else None
            written = _written(service, data, data.get("content", {}))
            card = model_cards.begin(self.access, model=model, written=written, describes=describes)
        return entity_tags.tagged(shapes.model_card(_found(self, card.public_id)), status=201)


class OneModelCard(Endpoint):
    """One model card, and its next revision."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN, "PATCH": Capability.DOCUMENT_WRITE}

    @extend_schema(operation_id="model_card", responses=shapes.ModelCardShape, tags=["model cards"])
    def get(self, request: Request, card: UUID) -> HttpResponse:
        """One of them with all it says. Conditional by `ETag`."""
        return entity_tags.conditional(request, shapes.model_card(_found(self, card)))

    @extend_schema(
        operation_id="model_card_revise",
        request=shapes.ModelCardChange,
        responses=shapes.ModelCardShape,
        parameters=[schema.IF_MATCH],
        tags=["model cards"],
    )
    def patch(self, request: Request, card: UUID) -> Response:
        """Writes the next revision; fields you leave out stay. What changes nothing makes no revision.

        Say what you saw: its `ETag` as `If-Match`, or its `revision`. With an older `revision` only a field that
        somebody else changed too is refused: `412`.
        """
        found = _found(self, card)
        return idempotency.once(request, lambda: self._revised(request, found))

    def _revised(self, request: Request, card: ModelCard) -> Response:
        data = self.given(shapes.ModelCardChange, request)
        seen = _seen(request, card, data["revision"])
        if "file" in data:
            _imported(self, card.model, card, CardFile(data["file"], seen, data["file_name"], data["whole"]))
        else:
            base = documents.content_at(model_cards.KIND, card, seen)
            written = _written(card.service, data, {**base, **data.get("content", {})})
            describes = _version(card.model, data["describes"]) if "describes" in data else card.describes
            model_cards.revise(self.access, card=card, written=written, seen=seen, describes=describes)
        return entity_tags.tagged(shapes.model_card(_found(self, card.public_id)))


class ModelCardReviewed(Endpoint):
    """That a card is still true."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.DOCUMENT_REVIEW}

    @extend_schema(
        operation_id="model_card_reviewed",
        request=shapes.ReviewedInput,
        responses=shapes.ModelCardShape,
        parameters=[schema.IF_MATCH],
        tags=["model cards"],
    )
    def post(self, request: Request, card: UUID) -> Response:
        """Says that the revision you read is true today; the next review is counted from now."""
        found = _found(self, card)
        return idempotency.once(request, lambda: self._reviewed(request, found))

    def _reviewed(self, request: Request, card: ModelCard) -> Response:
        data = self.given(shapes.ReviewedInput, request)
        seen = _seen(request, card, data["revision"])
        model_cards.confirm(self.access, card=card, seen=seen, note=data["note"])
        return entity_tags.tagged(shapes.model_card(_found(self, card.public_id)))


class _Exported(Endpoint):
    """A card as a file. What is refused is told in JSON, whichever form was asked for."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}
    parameters = ("revision",)
    form: ClassVar[str]

    def exported(self, request: Request, card: UUID) -> HttpResponse:
        """The file of the revision that was asked for."""
        found = _found(self, card)
        shown = documents.revision(found, files.revision(request, found.revision))
        if shown is None:
            raise files.NO_REVISION
        wanted = formats.FORMATS[self.form]
        return files.download(wanted.written(shown.content, queries.about(found, shown)).encode(), wanted.media_type)


class AsMarkdown(JSONRenderer):
    """Lets a caller ask for Markdown alone."""

    media_type = "text/markdown"
    format = "markdown"


class AsCycloneDx(JSONRenderer):
    """Lets a caller ask for CycloneDX alone."""

    media_type = "application/vnd.cyclonedx+json"
    format = "cyclonedx"


def _file(media_type: str) -> Any:
    return {(200, media_type): OpenApiTypes.STR}


class ModelCardReadme(_Exported):
    """A card as README.md."""

    form = "readme"
    renderer_classes = (JSONRenderer, AsMarkdown)

    @extend_schema(
        operation_id="model_card_readme",
        parameters=[files.REVISION],
        responses=_file("text/markdown"),
        tags=["model cards"],
    )
    def get(self, request: Request, card: UUID) -> HttpResponse:
        """A revision as Hugging Face keeps cards: front matter with its results, then Markdown."""
        return self.exported(request, card)


class ModelCardMarkdown(_Exported):
    """A card as Markdown."""

    form = "markdown"
    renderer_classes = (JSONRenderer, AsMarkdown)

    @extend_schema(
        operation_id="model_card_markdown",
        parameters=[files.REVISION],
        responses=_file("text/markdown"),
        tags=["model cards"],
    )
    def get(self, request: Request, card: UUID) -> HttpResponse:
        """A revision for people to read, its metrics as tables with their states."""
        return self.exported(request, card)


class ModelCardCycloneDx(_Exported):
    """A card as CycloneDX."""

    form = "cyclonedx"
    renderer_classes = (JSONRenderer, AsCycloneDx)

    @extend_schema(
        operation_id="model_card_cyclonedx",
        parameters=[files.REVISION],
        responses={(200, "application/vnd.cyclonedx+json"): OpenApiTypes.OBJECT},
        tags=["model cards"],
    )
    def get(self, request: Request, card: UUID) -> HttpResponse:
        """A revision as a bill of materials of CycloneDX 1.6 with one machine-learning model."""
        return self.exported(request, card)


class ModelCardPdf(_Exported):
    """A card as PDF."""

    renderer_classes = (JSONRenderer, files.AsPdf)

    @extend_schema(
        operation_id="model_card_pdf",
        parameters=[files.REVISION],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
        tags=["model cards"],
    )
    def get(self, request: Request, card: UUID) -> HttpResponse:
        """A revision in print, in the look of an audit pack."""
        found = _found(self, card)
        return printing.answer(pack_cards.printed(found, files.revision(request, found.revision)))


def _found(endpoint: Endpoint, public_id: UUID) -> ModelCard:
    return get_object_or_404(queries.listed(endpoint.access), public_id=public_id)


def _seen(request: Request, card: ModelCard, said: int | None) -> int:
    return entity_tags.seen(request, shapes.model_card(card), current=card.revision, said=said)


def _written(service: Service, data: dict[str, Any], content: dict[str, Any]) -> Written:
    keeper = people.named(service, data["keeper"], "keeper") if "keeper" in data else None
    return Written(content, data.get("note", ""), keeper, data.get("review_every"), data.get("reviewed", False))


def _version(model: ServedModel, version: str | None) -> ModelVersion | None:
    if version is None:
        return None
    found = model.versions.filter(version=version).first()
    if found is None:
        raise DomainError.of({"describes": ["This model has no such version on record."]})
    return found


def _imported(endpoint: Endpoint, model: ServedModel, card: ModelCard | None, file: CardFile) -> ModelCard:
    with _said_at_file():
        return model_cards.import_file(endpoint.access, model=model, card=card, file=file)


@contextmanager
def _said_at_file() -> Iterator[None]:
    """What is wrong with a file is said at `file`; the page calls its text by another name."""
    try:
        yield
    except DomainError as refusal:
        if reading.FIELD in refusal.errors and not isinstance(refusal, Conflict):
            raise DomainError.of({"file": refusal.errors[reading.FIELD]}) from refusal
        raise
