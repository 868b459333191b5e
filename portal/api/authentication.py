"""Who asks by machine: a token, or the session of someone already signed in (for the API's own pages)."""

import contextlib
import datetime
from typing import TYPE_CHECKING, Any

from django.db import OperationalError
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from rest_framework import authentication, permissions
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, Throttled
from rest_framework.request import Request

from portal import clock, guessing, network_address
from portal.access import access_of
from portal.models import ApiToken, User
from portal.permissions import Capability, require

if TYPE_CHECKING:
    from rest_framework.views import APIView  # it asks for this module while it is being imported

LAST_USE_GRAIN = datetime.timedelta(minutes=5)
WRONG_TOKENS = guessing.Limit("api-token", 20, datetime.timedelta(minutes=1))


class TokenAuthentication(KnoxTokenAuthentication):
    """Checks a token's digest, end and revocation. Nothing is ever deleted: an audit needs the ended ones."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The token's person, with access narrowed to what the token allows; two statements."""
        try:
            found = super().authenticate(request)
        except (AuthenticationFailed, UnicodeDecodeError) as failure:
            raise self._refused(request) from failure
        if found is None:
            return None
        person, token = found
        read_only = token.access != ApiToken.Access.WRITE
        access = access_of(person, read_only=read_only, only_team=token.team_id)
        request.access = access  # type: ignore[attr-defined]  # as `portal.middleware.viewer` does for a page
        self._note_use(token)
        return person, token

    def _cleanup_token(self, auth_token: ApiToken) -> bool:
        return not auth_token.is_open(clock.now())

    def _refused(self, request: Request) -> AuthenticationFailed | Throttled:
        """One sentence for every reason, and from one address so many a minute."""
        if not guessing.take(WRONG_TOKENS, network_address.counted(request._request)):
            return Throttled(
                wait=WRONG_TOKENS.within.total_seconds(), detail="Too many wrong tokens from this address."
            )
        return AuthenticationFailed(
            "This token is not valid: unknown, ended or revoked, or its person’s account is closed."
        )

    def _note_use(self, token: ApiToken) -> None:
        """Remembers the last use, at most once in five minutes, so that reading stays cheap."""
        now = clock.now()
        if token.last_used_at is None or now - token.last_used_at > LAST_USE_GRAIN:
            with contextlib.suppress(OperationalError):  # a busy database stops nobody from reading
                ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


class SessionAuthentication(authentication.SessionAuthentication):
    """A signed-in browser: the same person, the same access, with CSRF protection."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        """The session's person with the access the middleware read."""
        found = super().authenticate(request)
        if found is not None:
            if not found[0].is_active:
                raise AuthenticationFailed("This account is closed.")
            request.access = request._request.access  # type: ignore[attr-defined]  # put there by the middleware
        return found

    def authenticate_header(self, _request: Request) -> str:
        """So that a missing proof is 401, not 403."""
        return "Bearer"


class Door(permissions.BasePermission):
    """The API's coarse door, as the view declares it; the fine ones are `visible_to` and the actions."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Raises NotAuthenticated for strangers, NotPermitted where the method asks for a capability they lack."""
        if request.user is None or not request.user.is_authenticated:
            raise NotAuthenticated("Send a token: `Authorization: Bearer gh_…`. One is made under Teams and tokens.")
        rule = getattr(view, "doors", {}).get(request.method or "")
        if isinstance(rule, Capability):
            require(request.access, rule)  # type: ignore[attr-defined]  # set by both ways of authentication
        return True
