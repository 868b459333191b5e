"""Rules of every session: twelve hours at most, and a second factor for the roles that need one."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse

from portal import clock, second_factor
from portal.doors import DOORS_OF_OTHERS

Answer = Callable[[HttpRequest], HttpResponse]
LONGEST_SESSION_SECONDS = 12 * 3600
SIGNED_IN_AT = "signed_in_at"
"""Session key: when the session was opened, in seconds."""
OPEN_WITHOUT_SECOND_FACTOR = frozenset(DOORS_OF_OTHERS) | {"healthz", "readyz"}
"""Where one signs out, proves who one is and sets a second factor up."""


def end_after_twelve_hours(answer: Answer) -> Answer:
    """A session ends twelve hours after it was opened, however busy it is."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = clock.now().timestamp()
            opened_at = request.session.setdefault(SIGNED_IN_AT, now)
            if now - opened_at >= LONGEST_SESSION_SECONDS:
                logout(request)
        return answer(request)

    return middleware


class ask_for_second_factor:  # noqa: N801  middleware is named like the functions beside it
    """Leads people whose roles need a second factor to where they set one up, before anything else."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Passes the request on."""
        return self.answer(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        """The way to the set-up, or nothing when all is well."""
        access = getattr(request, "access", None)
        match = request.resolver_match
        if access is None or match is None or match.view_name in OPEN_WITHOUT_SECOND_FACTOR:
            return None
        if not second_factor.is_needed(access) or second_factor.is_set_up_here(request, access.person):
            return None
        return _to_set_up(request)


def _to_set_up(request: HttpRequest) -> HttpResponse:
    url = reverse("mfa_index")
    if request.path.startswith("/api/"):
        detail = "Your roles need a second step at sign-in. Set one up in the portal first."
        body = {
            "type": "urn:gatehouse:problem:second-factor",
            "title": "second factor",
            "status": 403,
            "detail": detail,
        }
        return JsonResponse(body, status=403, content_type="application/problem+json")
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
