"""Proof of identity for acts that count: a password given again, or a second factor, seconds to minutes ago."""

import datetime
from dataclasses import dataclass

from allauth.account.internal.flows import reauthentication
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import ratelimit
from django.contrib.auth.hashers import check_password
from django.http import HttpRequest

from portal import clock
from portal.errors import DomainError

PASSWORD_FIELD = "password"  # noqa: S105  the name of a form field


@dataclass(frozen=True)
class Proof:
    """How and when (UTC) the person last proved who they are."""

    method: str
    at: datetime.datetime


def prove(request: HttpRequest, password: str) -> Proof:
    """Takes the password as a fresh proof. Raises DomainError at the field `password` when it is refused."""
    if not ratelimit.consume(request, action="reauthenticate", user=request.user):
        raise _refused("Too many attempts. Wait a few minutes.")
    if not check_password(password, request.user.password):  # type: ignore[union-attr]  # behind a signed-in door
        raise _refused("That is not your password. Nothing was signed; what you wrote is still here.")
    reauthentication.reauthenticate_by_password(request)
    return Proof(method="password", at=clock.now())


def latest(request: HttpRequest) -> Proof | None:
    """The newest proof in this session, whatever its age; signing in alone is none."""
    records = [record for record in get_authentication_records(request, request.user) if record.get("reauthenticated")]
    if not records:
        return None
    at = datetime.datetime.fromtimestamp(records[-1]["at"], tz=datetime.UTC)
    return Proof(method=records[-1]["method"], at=at)


def _refused(message: str) -> DomainError:
    return DomainError(message, {PASSWORD_FIELD: [message]})
