"""Which alert source posts: its token, or its signature over the body."""

import base64
import binascii
import hmac
from dataclasses import dataclass
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request

from incidents.actions import alert_sources
from incidents.choices import SourceKind
from incidents.intake import pagerduty
from incidents.models import AlertSource
from portal import guessing, network_address
from portal.errors import DomainError

WRONG_TOKENS = guessing.Limit("alert-source-token", 20, guessing.PASSWORDS_FROM_ADDRESS.within)
LARGEST = 2 * 1024**2
"""Bytes of one post: about a thousand alerts."""


class TooLarge(DomainError):
    """The post is larger than one may be."""

    status = 413
    code = "too-large"


@dataclass(frozen=True)
class Teller:
    """A source that has proven itself: nobody who signs in, and it may do nothing but tell."""

    source: AlertSource
    is_authenticated: bool = True


class SourceAuthentication(BaseAuthentication):
    """A source's token as bearer, or as the password of basic authentication for senders that know only that."""

    def authenticate(self, request: Request) -> tuple[Any, None]:
        """The source of the address. Raises AuthenticationFailed, Throttled after many wrong tries, TooLarge."""
        body = read_body(request)
        source_id = request.parser_context["kwargs"]["source"]
        source = AlertSource.objects.select_related("team").filter(public_id=source_id, revoked_at=None).first()
        if source is None or not _is_proven(source, request, body):
            raise _refused(request)
        return Teller(source), None

    def authenticate_header(self, _request: Request) -> str:
        """So that a missing proof is 401."""
        return "Bearer"


def read_body(request: Request) -> bytes:
    """The body as it came. Raises TooLarge, before reading where the length is told."""
    plain = request._request
    told = plain.META.get("CONTENT_LENGTH") or "0"
    if (told.isdigit() and int(told) > LARGEST) or len(plain.body) > LARGEST:
        raise TooLarge(f"A post has at most {LARGEST // 1024**2} MB. Post fewer alerts at once.")
    return plain.body


def _is_proven(source: AlertSource, request: Request, body: bytes) -> bool:
    token = _token(request.headers.get("Authorization", ""))
    if token and hmac.compare_digest(alert_sources.digest(token), source.token_digest):
        return True
    signature = request.headers.get(pagerduty.SIGNATURE_HEADER, "")
    signs = source.kind == SourceKind.PAGERDUTY and signature
    return bool(signs) and pagerduty.is_signed(body, signature, alert_sources.signing_secret(source))


def _token(header: str) -> str:
    scheme, _, given = header.partition(" ")
    if scheme.lower() == "bearer":
        return given.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        decoded = base64.b64decode(given.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return decoded.partition(":")[2]


def _refused(request: Request) -> AuthenticationFailed | Throttled:
    """One sentence for every reason, and from one address so many a minute."""
    if not guessing.take(WRONG_TOKENS, network_address.counted(request._request)):
        return Throttled(wait=WRONG_TOKENS.within.total_seconds(), detail="Too many wrong tokens from this address.")
    return AuthenticationFailed("There is no such source, it is revoked, or this is not its token or signature.")


class SourceScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # comes without types
    """How a source proves itself."""

    target_class = "incidents.api.authentication.SourceAuthentication"
    name = "alertSource"

    def get_security_definition(self, _auto_schema: Any) -> dict[str, str]:
        """A bearer token of its own; PagerDuty may sign instead."""
        words = "The token of the alert source, shown once when it was made; or as the password of basic authentication"
        return {"type": "http", "scheme": "bearer", "description": f"{words}. PagerDuty may sign its posts instead."}
