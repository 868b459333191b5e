"""Canonical JSON (RFC 8785) and digests over it: what is signed, frozen and chained."""

import datetime
import decimal
import hashlib
import uuid
from collections.abc import Mapping
from typing import Any

import rfc8785


def plain(value: Any) -> Any:
    """The value in JSON's own kinds without floats: times as UTC strings, decimals and ids as text, sets in order."""
    match value:
        case None | bool() | int() | str():
            return str(value) if isinstance(value, str) else value
        case datetime.datetime():
            return utc_text(value)
        case datetime.date() | uuid.UUID():
            return str(value)
        case decimal.Decimal():
            return format(value.normalize(), "f")
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case set() | frozenset():
            return sorted(plain(item) for item in value)
        case list() | tuple():
            return [plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no canonical form here.")


def utc_text(moment: datetime.datetime) -> str:
    """The moment as `2026-11-12T15:02:07.123456Z`."""
    return moment.astimezone(datetime.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def dumps(value: Any) -> str:
    """Canonical JSON text of the value."""
    return rfc8785.dumps(plain(value)).decode()


def digest(value: Any) -> str:
    """SHA-256, in hex, of the canonical JSON of the value."""
    return hashlib.sha256(dumps(value).encode()).hexdigest()
