"""Reviews by machine: those of a service, and the items of one."""

from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import entity_tags
from portal.api.endpoints import Endpoint, ListEndpoint
from portal.api.pagination import CursorPages
from portal.doors import SIGNED_IN, Rule
from readiness.api.serializers import reviews as shapes
from readiness.choices import ReviewState, TemplateKey
from readiness.models import Review, Service
from readiness.queries import abandoned
from readiness.queries import reviews as queries


class ReviewFilter(filters.FilterSet):
    """Filters of the list of reviews."""

    kind = filters.ChoiceFilter(choices=TemplateKey.choices)
    state = filters.ChoiceFilter(choices=ReviewState.choices)
    release = filters.CharFilter(field_name="release__label")

    class Meta:
        model = Review
        fields: ClassVar[list[str]] = []


class ReviewPages(CursorPages):
    """The newest first."""

    ordering = ("-started_at", "pk")  # type: ignore[assignment]  # several are as good as one


class Reviews(ListEndpoint):
    """The reviews of a service that the caller may see."""

    filterset_class = ReviewFilter
    ordering_fields = ("started_at",)
    pagination_class = ReviewPages

    def get_queryset(self) -> QuerySet[Review]:
        """What there is to filter; one statement when it is read."""
        if getattr(self, "swagger_fake_view", False):
            return Review.objects.none()
        found = self._service().reviews.select_related("release", "template_version")
        return found.defer("template_version__content")

    def _service(self) -> Service:
        return get_object_or_404(Service.objects.visible_to(self.access), slug=self.kwargs["slug"])

    @extend_schema(operation_id="service_reviews", responses=shapes.ReviewShape(many=True), tags=["reviews"])
    def get(self, request: Request, slug: str) -> Response:
        """The reviews of a service, the newest first; of an abandoned one also who gave it up, and why."""
        reasons = abandoned.of_service(self._service())
        return self.page(
            request, self.get_queryset(), lambda found: shapes.review(found, reasons.get(str(found.public_id)))
        )


class ReviewItems(Endpoint):
    """The items of one review."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}

    @extend_schema(operation_id="review_items", responses=shapes.ItemsShape, tags=["reviews"])
    def get(self, request: Request, review: UUID) -> HttpResponse:
        """Every item with its state and sign-off, where its answer was carried from, and what it rests on.

        Conditional by `ETag`.
        """
        visible = Review.objects.visible_to(self.access).with_surroundings()
        page = queries.page(get_object_or_404(visible, public_id=review), self.access)
        cards = [card for section in page.sections for card in (*section.cards, *section.folded)]
        return entity_tags.conditional(request, {"results": [shapes.item(card) for card in cards]})
