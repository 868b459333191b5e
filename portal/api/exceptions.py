"""Errors of the API as problem details (RFC 9457), whatever raised them."""

from typing import Any

from drf_standardized_errors.handler import exception_handler
from drf_standardized_errors.types import ExceptionHandlerContext
from rest_framework.response import Response

from portal.errors import Conflict, DomainError, RecordUnavailable

MEDIA_TYPE = "application/problem+json"


def problem_response(error: Exception, context: ExceptionHandlerContext) -> Response | None:
    """The problem document for an exception; None lets the server answer 500."""
    if isinstance(error, RecordUnavailable):
        return problem(error.status, "record-unavailable", str(error))
    if isinstance(error, DomainError):
        extra: dict[str, Any] = {
            "errors": [{"field": field, "detail": text} for field, texts in error.errors.items() for text in texts]
        }
        if isinstance(error, Conflict):
            extra["saved"] = error.saved
        return problem(error.status, error.code, error.message, **extra)
    response = exception_handler(error, context)
    if response is None:
        return None
    errors = response.data.get("errors", []) if isinstance(response.data, dict) else []
    found = [{"field": entry.get("attr") or "", "detail": str(entry.get("detail", ""))} for entry in errors]
    code = errors[0]["code"] if errors else "error"
    answer = problem(response.status_code, code, found[0]["detail"] if found else "", errors=found)
    for header in ("WWW-Authenticate", "Retry-After", "Allow"):
        if header in response:
            answer[header] = response[header]
    return answer


def problem(status: int, code: str, detail: str, **extra: Any) -> Response:
    """One problem document; `type` is a stable word, not a page."""
    body = {
        "type": f"urn:gatehouse:problem:{code}",
        "title": code.replace("-", " ").replace("_", " "),
        "status": status,
    }
    return Response({**body, "detail": detail, **extra}, status=status, content_type=MEDIA_TYPE)
