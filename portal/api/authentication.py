"""Who asks by machine: a token, or the session of someone already signed in (for the API's own pages)."""

import datetime
from typing import TYPE_CHECKING, Any

from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from rest_framework import authentication, permissions
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from portal import clock
from portal.access import access_of
from portal.models import ApiToken, User

if TYPE_CHECKING:
    from rest_framework.views import APIView  # it asks for this module while it is being imported

LAST_USE_GRAIN = datetime.timedelta(minutes=5)


class TokenAuthentication(KnoxTokenAuthentication):
    """Checks a token's digest, end and revocation. Nothing is ever deleted: an audit needs the ended ones."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The token's person, with access narrowed to what the token allows."""
        try:
            found = super().authenticate(request)
        except UnicodeDecodeError as garbage:
            raise AuthenticationFailed("This is not a token.") from garbage
        if found is None:
            return None
        person, token = found
        read_only = token.access != ApiToken.Access.WRITE
        request.access = access_of(person, read_only=read_only, only_team=token.team_id)  # type: ignore[attr-defined]
        self._note_use(token)
        return person, token

    def _cleanup_token(self, auth_token: ApiToken) -> bool:
        now = clock.now()
        return auth_token.revoked_at is not None or (auth_token.expiry is not None and auth_token.expiry <= now)

    def _note_use(self, token: ApiToken) -> None:
        """Remembers the last use, at most once in five minutes, so that reading stays cheap."""
        now = clock.now()
        if token.last_used_at is None or now - token.last_used_at > LAST_USE_GRAIN:
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


class SessionAuthentication(authentication.SessionAuthentication):
    """A signed-in browser: the same person, the same access, with CSRF protection."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        """The session's person with the access the middleware read."""
        found = super().authenticate(request)
        if found is not None:
            if not found[0].is_active:
                raise AuthenticationFailed("This account is closed.")
            request.access = request._request.access  # type: ignore[attr-defined]
        return found

    def authenticate_header(self, _request: Request) -> str:
        """So that a missing proof is 401, not 403."""
        return "Bearer"


class IsSignedIn(permissions.BasePermission):
    """The API's coarse door; the fine ones are `visible_to` and the actions."""

    def has_permission(self, request: Request, _view: "APIView") -> bool:
        """Whether anyone was recognised."""
        return request.user is not None and request.user.is_authenticated
