"""Strong tags of what goes out: nothing is sent again that the caller has, nothing changed that they have not seen."""

from typing import Any

from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import parse_etags
from rest_framework.request import Request
from rest_framework.response import Response

from portal import canonical
from portal.errors import Conflict, VersionNeeded

HEADER = "If-Match"
ANY = "*"


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


def unseen(field: str = "revision") -> VersionNeeded:
    """The refusal of a change that says neither by `If-Match` nor in its `field` what it was made from."""
    words = f"Send the {field} that you saw, or the ETag as {HEADER}."
    return VersionNeeded(words, {field: [words]})


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
