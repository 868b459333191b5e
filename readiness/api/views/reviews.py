"""Reviews by machine: those of a service, starting one, one with its items, closing it and giving it up."""

from typing import Any, ClassVar
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
from portal.permissions import Capability
from readiness.actions import covering, reviews
from readiness.api.serializers import reviews as shapes
from readiness.choices import ReviewState, TemplateKey
from readiness.models import Release, Review, Service
from readiness.queries import abandoned
from readiness.queries import reviews as queries


class ReviewFilter(filters.FilterSet):
    """Filters of the list of reviews."""

    kind = filters.ChoiceFilter(choices=TemplateKey.choices)
    state = filters.ChoiceFilter(choices=ReviewState.choices)
    release = filters.CharFilter(field_name="release__label")


class Reviews(ListEndpoint):
    """The reviews of a service that the caller may see, and a new one."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN, "POST": Capability.REVIEW_START}
    model = Review
    filterset_class = ReviewFilter
    ordering = ("-started_at", "pk")
    ordering_fields = ("started_at",)

    @extend_schema(operation_id="service_reviews", responses=shapes.ReviewShape(many=True), tags=["reviews"])
    def get(self, request: Request, slug: str) -> Response:
        """The reviews of a service, the newest first; of an abandoned one also who gave it up, and why."""
        service = get_object_or_404(Service.objects.visible_to(self.access), slug=slug)
        reasons = abandoned.of_service(service)
        rows = service.reviews.select_related("release", "template_version").defer("template_version__content")
        return self.page(request, rows, lambda found: shapes.review(found, reasons.get(str(found.public_id))))

    @extend_schema(
        operation_id="review_start",
        request=shapes.ReviewInput,
        responses={201: shapes.OneReviewShape},
        tags=["reviews"],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Starts a review; what still holds of the last decided one is carried over, as on the page."""
        service = get_object_or_404(Service.objects.visible_to(self.access).select_related("scope__team"), slug=slug)
        return idempotency.once(request, lambda: self._started(request, service))

    def _started(self, request: Request, service: Service) -> Response:
        data = self.given(shapes.ReviewInput, request)
        release = _release(service, data["release"]) if "release" in data else None
        made = reviews.start(self.access, service=service, kind=data["kind"], release=release)
        return entity_tags.tagged(_body(self, made.public_id), status=201)


class OneReview(Endpoint):
    """One review."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}

    @extend_schema(operation_id="review", responses=shapes.OneReviewShape, tags=["reviews"])
    def get(self, request: Request, review: UUID) -> HttpResponse:
        """A review and where it stands: its numbers, and what is in the way of a go. Conditional by `ETag`."""
        return entity_tags.conditional(request, _body(self, review))


class ReviewClosing(Endpoint):
    """The end of a pre-launch review or an assessment."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.REVIEW_START}

    @extend_schema(operation_id="review_close", request=None, responses=shapes.OneReviewShape, tags=["reviews"])
    def post(self, request: Request, review: UUID) -> Response:
        """Closes a pre-launch review or an assessment. A deployment review ends with a decision instead."""
        found = _found(self, review)
        return idempotency.once(request, lambda: self._closed(found))

    def _closed(self, review: Review) -> Response:
        reviews.close(self.access, review=review)
        return entity_tags.tagged(_body(self, review.public_id))


class ReviewAbandoning(Endpoint):
    """Giving a review up."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.REVIEW_START}

    @extend_schema(
        operation_id="review_abandon", request=shapes.AbandonInput, responses=shapes.OneReviewShape, tags=["reviews"]
    )
    def post(self, request: Request, review: UUID) -> Response:
        """Gives an open review up, with a reason; its answers and sign-offs stay readable."""
        found = _found(self, review)
        return idempotency.once(request, lambda: self._abandoned(request, found))

    def _abandoned(self, request: Request, review: Review) -> Response:
        data = self.given(shapes.AbandonInput, request)
        reviews.abandon(self.access, review=review, reason=data["reason"])
        return entity_tags.tagged(_body(self, review.public_id))


class ReviewUse(Endpoint):
    """“Use it”, for a whole review."""

    doors: ClassVar[dict[str, Rule]] = {"POST": Capability.REVIEW_ANSWER}

    @extend_schema(operation_id="review_use", request=None, responses=shapes.OneReviewShape, tags=["reviews"])
    def post(self, request: Request, review: UUID) -> Response:
        """Lets every answer elsewhere that is on offer serve the items of this review, in one act."""
        found = _found(self, review)
        return idempotency.once(request, lambda: self._used(found))

    def _used(self, review: Review) -> Response:
        covering.use_all(self.access, review=review)
        return entity_tags.tagged(_body(self, review.public_id))


class ReviewItems(Endpoint):
    """The items of one review."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}

    @extend_schema(operation_id="review_items", responses=shapes.ItemsShape, tags=["reviews"])
    def get(self, request: Request, review: UUID) -> HttpResponse:
        """Every item with its state and sign-off, where its answer was carried from, and what it rests on.

        Conditional by `ETag`.
        """
        page = queries.page(_found(self, review), self.access)
        cards = [card for section in page.sections for card in (*section.cards, *section.folded)]
        return entity_tags.conditional(request, {"results": [shapes.item(card) for card in cards]})


def _found(endpoint: Endpoint, review: UUID) -> Review:
    return get_object_or_404(Review.objects.visible_to(endpoint.access).with_surroundings(), public_id=review)


def _body(endpoint: Endpoint, review: UUID) -> dict[str, Any]:
    return shapes.whole(queries.page(_found(endpoint, review), endpoint.access))


def _release(service: Service, label: str) -> Release:
    found = service.releases.filter(label=label).first()
    if found is None:
        raise DomainError.of({"release": ["The service has no release of this label."]})
    return found
