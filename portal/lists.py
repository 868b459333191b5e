"""One way to show a list: filter, sort, page and files of exactly what is shown, with the state in the URL."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_filters import FilterSet
from django_tables2 import RequestConfig, Table

from portal import exports

PER_PAGE = 50
EXPORT_PARAMETER = "_export"
FILES = {"csv": exports.csv_response, "xlsx": exports.xlsx_response}


def answer(
    request: HttpRequest,
    *,
    queryset: QuerySet[Any],
    table: Callable[[QuerySet[Any]], Table],
    filters: type[FilterSet],
    template: str,
    name: str,
    **context: Any,
) -> HttpResponse:
    """The page of a list, or with `?_export=csv` or `xlsx` the file of all its filtered and sorted rows.

    `name` names the file. The template gets `table`, `filter` (its `form` shows mistakes at their fields) and the rest.
    Three statements at any size: count, rows, and what the queryset prefetches.
    """
    chosen = filters(request.GET, queryset=queryset, request=request)
    shown = chosen.qs if chosen.is_valid() else queryset
    rows = table(shown)
    if file := FILES.get(request.GET.get(EXPORT_PARAMETER, "")):
        RequestConfig(request, paginate=False).configure(rows)
        return file(name, rows.as_values())
    RequestConfig(request, paginate=False).configure(rows)
    rows.paginate(per_page=PER_PAGE)
    rows.page = rows.paginator.get_page(request.GET.get(rows.prefixed_page_field))  # whatever was typed there
    return render(request, template, {"table": rows, "filter": chosen, **context})
