"""What is seen in place of a page: what went wrong, in the look of the house, and the way on.

A fragment that htmx asked for gets the sentence alone, which `app.js` says as a message; the API gets a problem
document. A page that is asked for before anybody knows who asks, or while the database cannot be read, stands alone.
"""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import (
    DisallowedHost,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme

from portal import unavailable, uploads
from portal.errors import RecordUnavailable

PROBLEM = "application/problem+json"
TEMPLATE = "portal/error.html"
TOO_LARGE = "What was sent is larger than Gatehouse takes. Nothing of it was kept."
TOO_MANY_FILES = (
    f"At most {uploads.MOST_FILES} files are taken at once. Nothing was changed; go back, and pack them into a ZIP "
    "where one is taken, or send them in parts."
)
NEVER_SENT_AGAIN = ("password", "csrfmiddlewaretoken")

SHELL, ALONE, FRAGMENT = "base.html", "components/_alone.html", "components/_bare.html"


def answer(
    request: HttpRequest,
    status: int,
    title: str,
    message: str,
    *,
    symbol: str = "lock",
    reasons: Sequence[str] = (),
    alone: bool = False,
    **more: Any,
) -> HttpResponse:
    """The page, the fragment or the problem document that says so, under its status."""
    if request.path.startswith("/api/v1/"):
        return JsonResponse(problem(status, title, message), status=status, content_type=PROBLEM)
    is_fragment = bool(request.headers.get("HX-Request"))
    base = FRAGMENT if is_fragment else ALONE if alone else SHELL
    context = {"title": title, "message": message, "symbol": symbol, "reasons": reasons, "base": base, **more}
    context |= {"is_fragment": is_fragment, "back": "" if alone else _back(request)}
    if base == SHELL:
        return render(request, TEMPLATE, context, status=status)
    return HttpResponse(render_to_string(TEMPLATE, context), status=status)


def later(request: HttpRequest, error: RecordUnavailable) -> HttpResponse:
    """503, with when to ask again; what was sent stands in the page and is sent again by one button."""
    given = request.POST if request.method == "POST" else {}
    kept = [(name, value) for name in given for value in request.POST.getlist(name) if not _is_secret(name)]
    more: dict[str, Any] = {"again": request.get_full_path(), "kept": kept, "is_form": request.method == "POST"}
    more |= {"csrf_token": get_token(request), "lost_file": bool(given and request.FILES)}
    title = "Gatehouse is busy" if isinstance(error, unavailable.Busy) else "Nothing was changed"
    response = answer(request, error.status, title, str(error), symbol="clock", alone=True, **more)
    response["Retry-After"] = str(error.retry_after)
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 for what is too large."""
    if isinstance(exception, TooManyFilesSent):
        return answer(request, 413, "Too many files at once", TOO_MANY_FILES, symbol="upload", alone=True)
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        return answer(request, 413, "That is too large", TOO_LARGE, symbol="upload", alone=True)
    if isinstance(exception, DisallowedHost):
        return answer(request, 400, "Wrong address", "Gatehouse is not reached by this address.", alone=True)
    words = "What the browser sent could not be read. Go back and send it once more; nothing was changed."
    return answer(request, 400, "That could not be read", words, symbol="help-circle", alone=True)


def not_permitted(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, where no rule of ours said why."""
    words = "Your roles do not open this page. Your team’s lead or an administrator can change that."
    return answer(request, 403, "This is not open to you", str(exception) or words)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  given by name
    """403, where the mark that guards a form against forgery is missing or old."""
    words = (
        "Its safety mark no longer fits, so nothing was changed. Go back, load the page again and send it once more; "
        "text you had written is still in this browser."
    )
    return answer(request, 403, "The page was open too long", words, symbol="clock")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  given by name
    """404."""
    words = "It may have been moved, or it is not for you to see."
    return answer(request, 404, "There is no such page", words, symbol="route", address=request.path)


def broken(request: HttpRequest) -> HttpResponse:
    """500; or 503 where the database was busy outside any view, as when a session is kept."""
    if found := unavailable.found_in(sys.exception()):
        return later(request, found)
    words = "It has been written down for those who run Gatehouse. What you sent may not have been saved."
    return answer(request, 500, "Something broke on our side", words, symbol="server-off", alone=True)


def problem(status: int, code: str, detail: str, **extra: Any) -> Mapping[str, Any]:
    """The body of a problem document (RFC 9457); `type` is a stable word, not a page."""
    code = "-".join(code.replace("_", " ").lower().split())
    body = {
        "type": f"urn:gatehouse:problem:{code}",
        "title": code.replace("-", " ").capitalize(),
        "status": status,
        "detail": detail,
        "errors": [],
    }
    return {**body, **extra}


def _back(request: HttpRequest) -> str:
    """The page somebody came from, where it is one of ours and another."""
    came_from = request.headers.get("Referer", "")
    if came_from == request.build_absolute_uri():
        return ""
    ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    return came_from if ours else ""


def _is_secret(name: str) -> bool:
    return any(word in name for word in NEVER_SENT_AGAIN)
