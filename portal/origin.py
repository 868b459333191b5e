"""Where a change comes from: set once at the edge (page, API, command, task) and read by the audit record."""

import contextlib
import contextvars
import uuid
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    """`via` is page, api, command, import or task; `request` an id to quote; `address` the network address, if any."""

    via: str
    request: str
    address: str = ""


_origin: contextvars.ContextVar[Origin | None] = contextvars.ContextVar("origin", default=None)


def current() -> Origin:
    """The origin in force; code run outside any edge counts as a command."""
    return _origin.get() or Origin(via="command", request=uuid.uuid4().hex)


@contextlib.contextmanager
def arriving(via: str, request: str = "", address: str = "") -> Iterator[Origin]:
    """Within this block everything recorded says it came this way."""
    origin = Origin(via, request or uuid.uuid4().hex, address)
    token = _origin.set(origin)
    try:
        yield origin
    finally:
        _origin.reset(token)
