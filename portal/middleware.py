"""What happens around every request: an id to quote, browser defences, who asks, and errors of the rules as pages."""

import re
import uuid
import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from portal import error_pages, network_address, origin, unavailable
from portal.access import access_of
from portal.errors import DomainError, NotPermitted

Answer = Callable[[HttpRequest], HttpResponse]
REQUEST_ID = re.compile(r"^[A-Za-z0-9-]{8,64}$")


def request_id(answer: Answer) -> Answer:
    """Gives each request an id (the caller's own, when it is a sane one), for logs, errors and the record."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        own = given if REQUEST_ID.match(given) else uuid.uuid4().hex
        request.id = own  # type: ignore[attr-defined]  # what this puts on every request
        via = "api" if request.path.startswith("/api/") else "page"
        with origin.arriving(via, own, network_address.of(request)):
            response = answer(request)
        response["X-Request-ID"] = own
        return response

    return middleware


def security_headers(answer: Answer) -> Answer:
    """Pages are never cached by anyone between, and may use none of the browser's devices."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        response.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()")
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, ["HX-Request"])
        return response

    return middleware


def viewer(answer: Answer) -> Answer:
    """Puts the access of whoever is signed in on the request, read anew each time, and shows times in their zone."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return answer(request)
        request.access = access_of(request.user)  # type: ignore[attr-defined]  # makes it a PortalRequest
        with timezone.override(zoneinfo.ZoneInfo(request.user.time_zone)):
            return answer(request)

    return middleware


class domain_errors:  # noqa: N801  middleware is named like the functions beside it
    """Shows a refusal that no form caught, and a record that cannot be written, as pages of their own."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Passes the request on."""
        return self.answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A page (or fragment) with the reason and the status that belongs to it."""
        if found := unavailable.found_in(error):
            return error_pages.later(request, found)
        if isinstance(error, DomainError):
            reasons = [text for texts in error.errors.values() for text in texts if text != error.message]
            title = "This is not open to you" if isinstance(error, NotPermitted) else "Refused"
            return error_pages.answer(request, error.status, title, error.message, reasons=reasons)
        return None
