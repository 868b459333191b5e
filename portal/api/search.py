"""The search by machine: the same words, the same rows, by cursor."""

from typing import Any, ClassVar

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import Cursor
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.actions import searching as actions
from portal.api.endpoints import Endpoint
from portal.api.pagination import CursorPages
from portal.api.strictness import Input
from portal.canonical import utc_text
from portal.doors import SIGNED_IN, Rule
from portal.extension_points import search_sources
from portal.queries import searching
from portal.queries.searching import Hit, Wanted
from portal.rules import searching as rules

LONGEST_QUERY = 10_000


class RankedPages(CursorPages):
    """Pages of what is ordered by how well it fits: the cursor counts, for a rank says nothing between two queries."""

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        """The rows of this page; one more is read to know whether there is another."""
        self.base_url = request.build_absolute_uri()
        self.size = self.get_page_size(request) or self.page_size
        cursor = self.decode_cursor(request)
        self.begins = min(cursor.offset, self.offset_cutoff) if cursor else 0
        found = list(queryset[self.begins : self.begins + self.size + 1])
        self.goes_on = len(found) > self.size and self.begins + self.size <= self.offset_cutoff
        return found[: self.size]

    def get_next_link(self) -> str | None:
        """The address of the next page; None after the last, and after a thousand rows."""
        return self._address(self.begins + self.size) if self.goes_on else None

    def get_previous_link(self) -> str | None:
        """The address of the page before; None on the first."""
        return self._address(max(0, self.begins - self.size)) if self.begins else None

    def _address(self, begins: int) -> str:
        return str(self.encode_cursor(Cursor(offset=begins, reverse=False, position=None)))


class HitShape(serializers.Serializer[Any]):
    """One thing that was found."""

    kind = serializers.CharField(help_text="Such as `runbook`.")
    id = serializers.CharField(help_text="By which the record and the rest of the API know it.")
    title = serializers.CharField()
    words = serializers.CharField(allow_blank=True, help_text="Some of its words, around the first that was found.")
    service = serializers.CharField(allow_blank=True, help_text="The name of its service; empty: of no service.")
    url = serializers.URLField(help_text="Its page.")
    changed_at = serializers.DateTimeField(allow_null=True)


class Question(Input):
    """What is looked for."""

    q = serializers.CharField(
        max_length=LONGEST_QUERY,
        help_text='Words, all of which have to be there; the last may be unfinished. `"…"`: words that follow.',
    )
    kind = serializers.ChoiceField(choices=[], required=False, default="")
    service = serializers.CharField(
        required=False, default="", max_length=200, help_text="A part of the service’s name or key."
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kinds: Any = self.fields["kind"]
        kinds.choices = [kind for kind, _ in search_sources.items()]


class Search(Endpoint):
    """Everything that the caller may read, by its words."""

    doors: ClassVar[dict[str, Rule]] = {"GET": SIGNED_IN}
    parameters = ("q", "kind", "service", *RankedPages.parameters)
    pagination_class = RankedPages

    @extend_schema(operation_id="search", parameters=[Question], responses=HitShape(many=True), tags=["search"])
    def get(self, request: Request) -> Response:
        """What says these words, the best first. Only what the caller may read is looked at."""
        asked = {name: value for name, value in request.query_params.items() if name in ("q", "kind", "service")}
        given = Question(data=asked)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        query = rules.query(data["q"])
        if not query:
            raise ValidationError({"q": ["There is no word in this: letters and digits are looked for."]})
        actions.freshen()
        rows = searching.entries(self.access, Wanted(data["q"], data["kind"], data["service"]), query)
        pages = RankedPages()
        shown = pages.paginate_queryset(rows.filter(kind=data["kind"]) if data["kind"] else rows, request, view=self)
        return pages.get_paginated_response([_shape(hit) for hit in searching.hits(shown, query)])


def _shape(hit: Hit) -> dict[str, Any]:
    return {
        "kind": hit.kind,
        "id": hit.key,
        "title": "".join(part.text for part in hit.title),
        "words": "".join(part.text for part in hit.words),
        "service": hit.place,
        "url": f"{settings.BASE_URL}{hit.address}",
        "changed_at": utc_text(hit.changed_at) if hit.changed_at else None,
    }
