"""Strong tags of what goes out: nothing is sent again that the caller has, nothing changed that they have not seen."""

from typing import Any, TypeVar

from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import parse_etags
from rest_framework.request import Request
from rest_framework.response import Response

from portal import canonical
from portal.errors import Conflict, VersionNeeded

HEADER = "If-Match"
ANY = "*"
Seen = TypeVar("Seen", int, str)
"""A revision, or the digest of what was read."""


def tag(body: Any) -> str:
    """The strong tag of a body, in its quotes: the same exactly while its content is."""
    return f'"{canonical.digest(body)[:32]}"'


def tagged(body: Any, status: int = 200) -> Response:
    """A body with its tag, which no cache between us gives to anybody else or without asking."""
    headers = {"ETag": tag(body), "Cache-Control": "private, max-age=0, must-revalidate"}
    return Response(body, status=status, headers=headers)


def conditional(request: Request, body: Any) -> HttpResponse:
    """The body under its tag; 304 without one where the caller has it already."""
    response = tagged(body)
    answer = get_conditional_response(request._request, etag=response["ETag"], response=response)
    return answer if answer is not None else response


def was_seen(request: Request, body: Any) -> bool:
    """Whether the request says by `If-Match` that it saw this very body; False where it says nothing.

    Raises Conflict (412) where it saw another.
    """
    given = request.headers.get(HEADER)
    if given is None:
        return False
    if given.strip() != ANY and tag(body) not in parse_etags(given):
        raise Conflict("It was changed since you read it. Read it again, then send your change.", saved=body)
    return True


def seen(request: Request, body: Any, *, current: Seen, said: Seen | None, field: str = "revision") -> Seen:
    """The version that a change was made from: the `current` one by `If-Match`, else what it `said` in its `field`.

    Raises Conflict (412) where the tag is of another body, VersionNeeded (428) for a change that says neither.
    """
    if was_seen(request, body):
        return current
    if said is None:
        words = f"Send the {field} that you saw, or the ETag as {HEADER}."
        raise VersionNeeded(words, {field: [words]})
    return said


def require_seen(request: Request, body: Any) -> None:
    """The same of what has no version of its own: `If-Match` alone says what a change was made from."""
    if not was_seen(request, body):
        words = f"Send the ETag that you saw as {HEADER}."
        raise VersionNeeded(words, {HEADER: [words]})
