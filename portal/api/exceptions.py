"""Errors of the API as problem details (RFC 9457), whatever raised them."""

from typing import Any

from drf_standardized_errors.handler import exception_handler
from drf_standardized_errors.types import ExceptionHandlerContext
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from portal.errors import Conflict, DomainError, RecordUnavailable

MEDIA_TYPE = "application/problem+json"
KEPT_HEADERS = ("WWW-Authenticate", "Retry-After", "Allow")


def problem_response(error: Exception, context: ExceptionHandlerContext) -> Response | None:
    """The problem document for an exception; None only while developing, where the traceback says more."""
    if isinstance(error, RecordUnavailable):
        return problem(error.status, "record-unavailable", str(error))
    if isinstance(error, DomainError):
        return _refused(error)
    response = exception_handler(error, context)
    if response is None:
        return None
    errors = response.data.get("errors", []) if isinstance(response.data, dict) else []
    found = [{"field": entry.get("attr") or "", "detail": str(entry.get("detail", ""))} for entry in errors]
    code = errors[0]["code"] if errors else "error"
    status = 422 if isinstance(error, ValidationError) else response.status_code
    answer = problem(status, code, found[0]["detail"] if found else "", errors=found)
    for header in KEPT_HEADERS:
        if header in response:
            answer[header] = response[header]
    return answer


def problem(status: int, code: str, detail: str, **extra: Any) -> Response:
    """One problem document; `type` is a stable word, not a page."""
    code = code.replace("_", "-")
    body = {
        "type": f"urn:gatehouse:problem:{code}",
        "title": code.replace("-", " ").capitalize(),
        "status": status,
        "detail": detail,
        "errors": [],
    }
    return Response({**body, **extra}, status=status, content_type=MEDIA_TYPE)


def _refused(error: DomainError) -> Response:
    fields = [{"field": field, "detail": text} for field, texts in error.errors.items() for text in texts]
    extra: dict[str, Any] = {"errors": fields}
    if isinstance(error, Conflict):
        extra["saved"] = error.saved
    return problem(error.status, error.code, error.message, **extra)
