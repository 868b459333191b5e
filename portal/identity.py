"""Proof of identity for acts that count: a password given again, or a second factor, seconds to minutes ago.

A page that waives or decides takes a form that is a `portal.forms.proofs.ProofForm` and calls `proof_for` once the form
is valid; the action gets the proof. Sign-offs share a signing session, which is readiness' own rule over `latest`.
"""

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows import reauthentication
from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest

from portal import clock, guessing
from portal.errors import DomainError, ProofNeeded
from portal.models import User

if TYPE_CHECKING:
    from portal.forms.proofs import ProofForm

PASSWORD_FIELD = "password"  # noqa: S105  the name of a form field
FRESH = datetime.timedelta(minutes=5)
"""How old a proof may be for an act that counts (product.md, Sign-off; promises.md, R16)."""


@dataclass(frozen=True)
class Proof:
    """How and when (UTC) the person last proved who they are."""

    method: str
    at: datetime.datetime


def proof_for(request: HttpRequest, form: "ProofForm", fresh_within: datetime.timedelta = FRESH) -> Proof:
    """The proof an act rests on: the password in the form, or the one still fresh in this session.

    Raises DomainError at the field `password` when it is wrong or was tried too often, and ProofNeeded when the person
    has no password to give: `form.elsewhere` is where they prove themselves and come back from.
    """
    if PASSWORD_FIELD in form.fields:
        proof = prove(request, str(form.cleaned_data.get(PASSWORD_FIELD) or ""))
        form.fields.pop(PASSWORD_FIELD)
        return proof
    found = standing(request, fresh_within)
    if found is None:
        raise ProofNeeded("Your last proof of who you are is too old. Give it again, then come back here.")
    return found


def prove(request: HttpRequest, password: str) -> Proof:
    """Takes the password as a fresh proof; the session gets a new key. Raises DomainError at the field `password`."""
    if not password_is_right(_person(request), password):
        raise _refused("That is not your password. Nothing was signed; what you wrote is still here.")
    reauthentication.reauthenticate_by_password(request)
    return Proof(method="password", at=clock.now())


def password_is_right(person: User, password: str) -> bool:
    """Whether the password is theirs. Raises DomainError at the field `password` after five wrong ones in 5 minutes."""
    if not guessing.take(guessing.PROOF, person.pk):
        raise _refused("Too many wrong passwords. Wait five minutes, then try again.")
    right = person.is_active and person.check_password(password)
    if right:
        guessing.give_back(guessing.PROOF, person.pk)
    return right


def latest(request: HttpRequest) -> Proof | None:
    """The newest proof in this session, whatever its age; signing in alone is none."""
    records = [record for record in get_authentication_records(request, request.user) if record.get("reauthenticated")]
    if not records:
        return None
    at = datetime.datetime.fromtimestamp(records[-1]["at"], tz=datetime.UTC)
    return Proof(method=records[-1].get("type") or records[-1]["method"], at=at)


def standing(request: HttpRequest, fresh_within: datetime.timedelta = FRESH) -> Proof | None:
    """The newest proof while it is younger than `fresh_within`; one from the future counts for nothing."""
    proof = latest(request)
    age = clock.now() - proof.at if proof else fresh_within
    return proof if datetime.timedelta(0) <= age < fresh_within else None


def way_to_prove(request: HttpRequest, back: str) -> str:
    """Where a person without a password proves who they are, and from where they return to `back`. "" without a way."""
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    return f"{methods[0]['url']}?{urlencode({'next': back})}" if methods else ""


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise ProofNeeded("Sign in first.")
    return request.user


def _refused(message: str) -> DomainError:
    return DomainError.of({PASSWORD_FIELD: [message]})
