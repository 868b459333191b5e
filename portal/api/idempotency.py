"""A request that changes something happens once, however often it is sent with the same `Idempotency-Key`."""

import datetime
import json
import re
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from rest_framework.request import Request, is_form_media_type
from rest_framework.response import Response

from portal import canonical, clock, storage
from portal.errors import DomainError
from portal.models import KeptAnswer, User

HEADER = "Idempotency-Key"
KEY = re.compile(r"[\x21-\x7e]{1,200}")
KEPT = datetime.timedelta(days=7)


def once(request: Request, act: Callable[[], Response]) -> Response:
    """Runs `act` in one transaction with the row that keeps its answer; the same request again gets that answer.

    Without the header it runs each time. Two at once: the second waits for the first on the unique row, and gets its
    answer. What is refused is not kept, so that it can be sent again. Raises DomainError for a key that is no key, or
    that came with another request before.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return act()
    if not KEY.fullmatch(key):
        raise DomainError(f"{HEADER}: 1 to 200 visible ASCII characters.", {HEADER: ["Send a UUID, for example."]})
    digest = canonical.digest([request.method, request.get_full_path(), _body(request)])
    with transaction.atomic():
        kept = _taken(request, key, digest)
        if kept is None:
            return _again(request, key, digest)
        response = act()
        KeptAnswer.objects.filter(pk=kept.pk).update(status=response.status_code, body=json.dumps(response.data))
    return response


def _taken(request: Request, key: str, digest: str) -> KeptAnswer | None:
    """The row that makes this the one time the request is acted on; None where it was before."""
    now = clock.now()
    KeptAnswer.objects.filter(person=_person(request), kept_at__lt=now - KEPT).delete()
    try:
        with transaction.atomic():
            return KeptAnswer.objects.create(person=_person(request), key=key, request_digest=digest, kept_at=now)
    except IntegrityError:
        return None


def _again(request: Request, key: str, digest: str) -> Response:
    kept = KeptAnswer.objects.get(person=_person(request), key=key)
    if kept.request_digest != digest:
        message = "This key came with another request before. Use a new one."
        raise DomainError.of({HEADER: [message]})
    return Response(json.loads(kept.body), status=kept.status, headers={"Idempotent-Replay": "true"})


def _person(request: Request) -> User:
    if not isinstance(request.user, User):
        raise TypeError("An endpoint lets nobody in whom it does not know.")
    return request.user


def _body(request: Request) -> str | dict[str, list[str]]:
    """What was sent: of a form with files its fields and the files' digests, for their bytes are not kept in memory."""
    if not is_form_media_type(request.content_type):
        return request._request.body.decode(errors="replace")
    form: Any = request.data
    return {name: [_sent(one) for one in values] for name, values in form.lists()}


def _sent(value: "str | UploadedFile[Any]") -> str:
    return value if isinstance(value, str) else storage.digest(value)
