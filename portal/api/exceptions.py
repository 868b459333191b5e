"""Errors of the API as problem details (RFC 9457), whatever raised them."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from drf_standardized_errors.handler import exception_handler
from drf_standardized_errors.types import ExceptionHandlerContext
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from portal import error_pages, unavailable
from portal.errors import Conflict, DomainError, RecordUnavailable

MEDIA_TYPE = error_pages.PROBLEM
KEPT_HEADERS = ("WWW-Authenticate", "Retry-After", "Allow")


def problem_response(error: Exception, context: ExceptionHandlerContext) -> Response | None:
    """The problem document for an exception; None only while developing, where the traceback says more."""
    if found := unavailable.found_in(error):
        return _later(found)
    if isinstance(error, RequestDataTooBig):
        return problem(413, "too-large", error_pages.TOO_LARGE)
    if isinstance(error, DomainError):
        return _refused(error)
    response = exception_handler(error, context)
    if response is None:
        return None
    errors = response.data.get("errors", []) if isinstance(response.data, dict) else []
    fields = [{"field": entry.get("attr") or "", "detail": str(entry.get("detail", ""))} for entry in errors]
    code = errors[0]["code"] if errors else "error"
    status = 422 if isinstance(error, ValidationError) else response.status_code
    answer = problem(status, code, fields[0]["detail"] if fields else "", errors=fields)
    for header in KEPT_HEADERS:
        if header in response:
            answer[header] = response[header]
    return answer


def _later(error: RecordUnavailable) -> Response:
    answer = problem(error.status, error.code, str(error))
    answer["Retry-After"] = str(error.retry_after)
    return answer


def problem(status: int, code: str, detail: str, **extra: Any) -> Response:
    """One problem document; `type` is a stable word, not a page."""
    extra["errors"] = [{name: _whole(text) for name, text in one.items()} for one in extra.get("errors", ())]
    body = error_pages.problem(status, code, _whole(detail), **extra)
    return Response(body, status=status, content_type=MEDIA_TYPE)


def _whole(text: str) -> str:
    """The text as it can be sent: half of a character, which a refusal may repeat, as it is written in JSON."""
    return text.encode(errors="backslashreplace").decode()


def _refused(error: DomainError) -> Response:
    fields = [{"field": field, "detail": text} for field, texts in error.errors.items() for text in texts]
    extra: dict[str, Any] = {"errors": fields}
    if isinstance(error, Conflict):
        extra["saved"] = error.saved
    return problem(error.status, error.code, error.message, **extra)
