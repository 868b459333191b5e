"""Doors: every URL says who may come in, by method. A URL that does not say so stops the server (portal/checks.py).

A door is coarse: public, signed in, or a capability held somewhere. What exists for a person is decided by `visible_to`
in the view, what a person may do to it by `require` in the action.
"""

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from portal.errors import NotPermitted
from portal.permissions import Access, Capability

PUBLIC = "public"
SIGNED_IN = "signed in"

View = Callable[..., HttpResponse]
Rule = str | Capability


class PortalRequest(HttpRequest):
    """A request behind a door that asks for sign-in: it knows who asks."""

    access: Access


def door(**rules: Rule) -> Callable[[View], View]:
    """Fixes the methods a view answers and who may come in by each: `@door(GET=SIGNED_IN)`."""
    if "GET" in rules:
        rules.setdefault("HEAD", rules["GET"])

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            rule = rules.get(request.method or "")
            if rule is None:
                return HttpResponseNotAllowed(sorted(rules))
            if rule != PUBLIC:
                if not request.user.is_authenticated:
                    return redirect_to_login(request.get_full_path())
                _admit(request, rule)
            return view(request, *args, **kwargs)

        guarded.door = dict(rules)  # type: ignore[attr-defined]  # read by portal/checks.py and the tests
        return guarded

    return decorate


def _admit(request: HttpRequest, rule: Rule) -> None:
    if isinstance(rule, Capability) and not request.access.can(rule):  # type: ignore[attr-defined]
        raise NotPermitted("Your roles do not open this page. Your team’s lead or an administrator can change that.")


# Doors of other people's views, by URL name. A name that no longer exists is an error too.
DOORS_OF_OTHERS: dict[str, dict[str, Rule]] = {
    "account_login": {"GET": PUBLIC, "POST": PUBLIC},
    "account_logout": {"GET": PUBLIC, "POST": PUBLIC},
    "account_reset_password": {"GET": PUBLIC, "POST": PUBLIC},
    "account_reset_password_done": {"GET": PUBLIC},
    "account_reset_password_from_key": {"GET": PUBLIC, "POST": PUBLIC},
    "account_reset_password_from_key_done": {"GET": PUBLIC},
    "mfa_authenticate": {"GET": PUBLIC, "POST": PUBLIC},
}
