"""What every view of the API is: its doors by method, nothing answered beside them, and who asks."""

from collections.abc import Callable, Collection
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from portal.api import strictness
from portal.api.pagination import CursorPages
from portal.doors import SIGNED_IN, Rule
from portal.permissions import Access

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Endpoint(APIView):
    """A view that says who may come in, by method: `doors = {"GET": SIGNED_IN}`. Any other method is refused (405)."""

    doors: ClassVar[dict[str, Rule]] = {}
    parameters: ClassVar[Collection[str]] = ()
    """What may stand in the query of the address; anything else is refused, at its name."""

    def __init_subclass__(cls, **options: Any) -> None:
        """Lets HEAD in where GET is, and nothing that has no door."""
        super().__init_subclass__(**options)
        if "GET" in cls.doors:
            cls.doors = {**cls.doors, "HEAD": cls.doors["GET"]}
        cls.http_method_names = [method.lower() for method in cls.doors]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who asks and whether they may come in, then whether the address asks for what there is."""
        super().initial(request, *args, **kwargs)
        strictness.refuse_unknown(request._request.GET, self.parameters)

    @property
    def allowed_methods(self) -> list[str]:
        """What the header Allow names."""
        return sorted(self.doors)

    @property
    def access(self) -> Access:
        """What the caller may do, narrowed by the token."""
        access: Access = self.request.access  # type: ignore[attr-defined]  # set by both ways of authentication
        return access

    @staticmethod
    def given(takes: type[Serializer[Any]], request: Request) -> dict[str, Any]:
        """The body of a request, checked. Raises ValidationError at each field that is wrong."""
        shape = takes(data=request.data)
        shape.is_valid(raise_exception=True)
        data: dict[str, Any] = shape.validated_data
        return data


class ListEndpoint(Endpoint):
    """A list: filtered, ordered, in pages by cursor. It names its filters and its orders."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}
    filter_backends = (DjangoFilterBackend, strictness.Ordering)
    pagination_class = CursorPages
    model: ClassVar[type[Model]]
    filterset_class: ClassVar[type[FilterSet]]
    ordering: ClassVar[Collection[str]]
    """How it is ordered unless the request says otherwise; the last name is of what no two rows share."""
    ordering_fields: ClassVar[Collection[str]] = ()

    def __init_subclass__(cls, **options: Any) -> None:
        """The parameters are those of its filters, its ordering and its pages."""
        super().__init_subclass__(**options)
        cls.parameters = (
            *cls.filterset_class.base_filters,
            strictness.Ordering.ordering_param,
            *cls.pagination_class.parameters,
        )

    def get_queryset(self) -> QuerySet[Any]:
        """No rows, but their model: the description of the API reads from it what the filters take."""
        return self.model._default_manager.none()

    def page(self, request: Request, rows: QuerySet[Any], line: Callable[[Any], dict[str, Any]]) -> Response:
        """One page of the rows as the request filters and orders them, each as `line` makes it."""
        return self.page_together(request, rows, lambda found: [line(row) for row in found])

    def page_together(
        self, request: Request, rows: QuerySet[Any], lines: Callable[[list[Any]], list[dict[str, Any]]]
    ) -> Response:
        """The same where the rows of a page are told together."""
        for backend in self.filter_backends:
            rows = backend().filter_queryset(request, rows, self)
        pages = self.pagination_class()
        found = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response(lines(list(found)))


class Nowhere(Endpoint):
    """Every address under the API that nothing stands at: a problem document, not a page."""

    doors: ClassVar[dict[str, Rule]] = dict.fromkeys(METHODS, SIGNED_IN)
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who asks; whatever stands behind the address."""
        APIView.initial(self, request, *args, **kwargs)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Says so, whatever the method."""
        raise NotFound("There is no such address. The schema at /api/v1/schema/ lists them all.")

    head = post = put = patch = delete = get
    options = get  # type: ignore[assignment]  # Django’s own answers to plain requests, DRF’s to its own
