"""One page shape for every list: by cursor, so that a page costs no count and stays stable while rows are added."""

from rest_framework.pagination import CursorPagination


class CursorPages(CursorPagination):
    """`next`, `previous` and `results`; 50 a page unless asked for otherwise, at most 200."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = "pk"
