"""One page shape for every list: by cursor, so that a page costs no count and stays stable while rows are added."""

from typing import Any

from rest_framework.pagination import CursorPagination


class CursorPages(CursorPagination):
    """`next`, `previous` and `results`; 50 a page unless asked for otherwise, at most 200."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = "pk"

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """A page as OpenAPI 3.1 says it: an address or null."""
        address = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": address, "previous": address, "results": schema},
        }
