"""What a file says of a model, by field of the card, and what of it was put where; its bytes as text. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.errors import DomainError

MOST_BYTES = 1024**2
FIELD = "content"
"""Where a refused file is refused: the field of the form and of the API that holds it."""


@dataclass(frozen=True)
class Placed:
    """A part of the file, by the name it has there, and the field that took it; `remark` says what is to be known."""

    source: str
    target: str
    remark: str = ""


@dataclass(frozen=True)
class Reading:
    """The content of a card, tidied, as a file says it."""

    content: Mapping[str, Any]
    placed: tuple[Placed, ...] = ()


@dataclass(frozen=True)
class About:
    """What a written file says beside the content: of which model, in which revision of whose card."""

    model: str
    service: str
    card: str
    revision: int
    written_at: datetime
    version: str = ""


def refused(words: str, line: int | None = None) -> DomainError:
    """The refusal of a file, with the line it is about."""
    return DomainError.of({FIELD: [f"Line {line}: {words}" if line else words]})


def text_of(content: bytes) -> str:
    """The file as text with one kind of line end. Raises DomainError for what is too large or no text in UTF-8."""
    if len(content) > MOST_BYTES:
        raise refused(f"The file has {len(content) / 1024**2:.1f} MB; 1 MB is the most.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refused("The file is UTF-16. Save it as UTF-8.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refused("This is not UTF-8. Save the file as UTF-8.", content[: error.start].count(b"\n") + 1) from error
    if "\0" in text:
        raise refused("This is no text file.")
    return plain_ends(text)


def plain_ends(text: str) -> str:
    """The text with one kind of line end and no byte-order mark."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
