"""The signing session of a browser: whether one runs, the proof it rests on, and when something was signed last."""

import datetime

from django import forms

from portal import clock, identity
from portal.doors import PortalRequest
from readiness.rules import signing

LAST_SIGNED = "last_signed_at"


def runs(request: PortalRequest) -> bool:
    """Whether this person can sign without another proof."""
    proof = identity.latest(request)
    return signing.may_sign(proof.at if proof else None, last_signed_at(request), clock.now())


def asks_password(request: PortalRequest) -> bool:
    """Whether a form that signs asks for one: no signing session runs, and the person has one."""
    return not runs(request) and request.access.person.has_usable_password()


def way_to_prove(request: PortalRequest, back: str) -> str:
    """Where somebody without a password opens a session and comes `back` from; "" where none is needed."""
    if runs(request) or request.access.person.has_usable_password():
        return ""
    return identity.way_to_prove(request, back)


def proof(request: PortalRequest, form: forms.Form) -> identity.Proof | None:
    """The proof a valid form signs with: its password opens a new session, without one the running session stands."""
    if "password" not in form.cleaned_data:
        return identity.latest(request)
    found = identity.prove(request, form.cleaned_data["password"])
    request.session.pop(LAST_SIGNED, None)
    return found


def last_signed_at(request: PortalRequest) -> datetime.datetime | None:
    """When this browser session last signed something."""
    kept = request.session.get(LAST_SIGNED)
    return datetime.datetime.fromisoformat(kept) if kept else None


def signed_now(request: PortalRequest) -> None:
    """Something was signed: the session runs on from here."""
    request.session[LAST_SIGNED] = clock.now().isoformat()
