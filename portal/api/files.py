"""Files that the API hands out beside JSON: what a caller may ask for, and how it is answered."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from portal.errors import DomainError

REVISION = OpenApiParameter("revision", int, description="Left out: the current one.")
NO_REVISION = DomainError.of({"revision": ["It has no such revision."]})


class AsPdf(JSONRenderer):
    """Lets a caller ask for PDF alone."""

    media_type = "application/pdf"
    format = "pdf"


def revision(request: Request, otherwise: int) -> int:
    """The revision that was asked for by `?revision=`. Raises DomainError at `revision` for what is no number."""
    given = request.query_params.get("revision", "")
    if given and not (given.isascii() and given.isdigit() and len(given) < 7):
        raise NO_REVISION
    return int(given or otherwise)


def download(body: Any, media_type: str) -> HttpResponse:
    """The file as a download."""
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(body, content_type=media_type, headers=headers)
