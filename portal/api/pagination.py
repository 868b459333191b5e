"""One page shape for every list: by cursor, so that a page costs no count and stays stable while rows are added."""

from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request


class CursorPages(CursorPagination):
    """`next`, `previous` and `results`; 50 a page unless asked for otherwise, at most 200."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = "pk"
    parameters = (CursorPagination.cursor_query_param, "page_size")

    def get_page_size(self, request: Request) -> int | None:
        """As asked for; a number that cannot be is refused, not passed over."""
        asked = request.query_params.get("page_size", str(self.page_size))
        if not asked.isascii() or not asked.isdigit() or not 1 <= int(asked[:9]) <= self.max_page_size:
            raise ValidationError({"page_size": [f"A page has 1 to {self.max_page_size} rows."]})
        return int(asked)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """A page as OpenAPI 3.1 says it: an address or null."""
        address = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": address, "previous": address, "results": schema},
        }
