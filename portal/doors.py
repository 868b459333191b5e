"""Doors: every URL says who may come in, by method. A URL that does not say so stops the server (portal/checks.py).

A door is coarse: public, signed in, or a capability held somewhere. What exists for a person is decided by `visible_to`
in the view, what a person may do to it by `require` in the action.
"""

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django_htmx.middleware import HtmxDetails

from portal import error_pages
from portal.errors import NotPermitted
from portal.permissions import Access, Capability

PUBLIC = "public"
SIGNED_IN = "signed in"

View = Callable[..., HttpResponseBase]
Rule = str | Capability


class PortalRequest(HttpRequest):
    """A request behind a door that asks for sign-in: it knows who asks, and whether htmx does it for them."""

    access: Access
    htmx: HtmxDetails


def door(**rules: Rule) -> Callable[[View], View]:
    """Fixes the methods a view answers and who may come in by each: `@door(GET=SIGNED_IN)`."""
    if "GET" in rules:
        rules.setdefault("HEAD", rules["GET"])

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            rule = rules.get(request.method or "")
            if rule is None:
                return _not_taken(request, sorted(rules))
            if rule != PUBLIC:
                if not request.user.is_authenticated:
                    if request.headers.get("HX-Request"):
                        return HttpResponse(status=401)  # the page says so and keeps what was typed
                    return redirect_to_login(request.get_full_path())
                _admit(request, rule)
            return view(request, *args, **kwargs)

        guarded.door = dict(rules)  # type: ignore[attr-defined]  # read by portal/checks.py and the tests
        return guarded

    return decorate


def _not_taken(request: HttpRequest, methods: list[str]) -> HttpResponse:
    """405; to who opens an address that only takes what a form sends, as one may who signs in again, with a way on."""
    title, words = "This address does not take that", "Go back to the page you came from and try again there."
    if request.method == "GET":
        title = "There is nothing to read here"
        words = "This address only takes what a page sends. Go back to that page and send it again."
    answer = error_pages.answer(request, 405, title, words, symbol="route")
    answer["Allow"] = ", ".join(methods)
    return answer


def _admit(request: HttpRequest, rule: Rule) -> None:
    if isinstance(rule, Capability) and not request.access.can(rule):  # type: ignore[attr-defined]  # who signed in has it
        raise NotPermitted("Your roles do not open this page. Your team’s lead or an administrator can change that.")


_OPEN: dict[str, Rule] = {"GET": PUBLIC, "POST": PUBLIC}
_PERSONAL: dict[str, Rule] = {"GET": SIGNED_IN, "POST": SIGNED_IN}

# Doors of other people's views, by URL name; `portal/account_urls.py` puts them up. A name that no longer exists is an
# error too.
DOORS_OF_OTHERS: dict[str, dict[str, Rule]] = {
    "account_login": _OPEN,
    "account_inactive": {"GET": PUBLIC},
    "account_reset_password": _OPEN,
    "account_reset_password_done": {"GET": PUBLIC},
    "account_reset_password_from_key": _OPEN,
    "account_reset_password_from_key_done": {"GET": PUBLIC},
    "mfa_authenticate": _OPEN,
    "account_logout": _OPEN,  # who is signed out already is led on, not asked to sign in
    "account_change_password": _PERSONAL,
    "account_set_password": _PERSONAL,
    "account_reauthenticate": _PERSONAL,
    "mfa_reauthenticate": _PERSONAL,
    "mfa_reauthenticate_webauthn": _PERSONAL,
    "mfa_index": {"GET": SIGNED_IN},
    "mfa_activate_totp": _PERSONAL,
    "mfa_deactivate_totp": _PERSONAL,
    "mfa_list_webauthn": {"GET": SIGNED_IN},
    "mfa_add_webauthn": _PERSONAL,
    "mfa_edit_webauthn": _PERSONAL,
    "mfa_remove_webauthn": _PERSONAL,
    "mfa_view_recovery_codes": {"GET": SIGNED_IN},
    "mfa_generate_recovery_codes": _PERSONAL,
    "mfa_download_recovery_codes": {"GET": SIGNED_IN},
}
