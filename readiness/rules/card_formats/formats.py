"""The formats by name: which can be written, and which one a text is in. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from readiness.rules.card_formats import cyclonedx, cyclonedx_reading, hugging_face, markdown, reading
from readiness.rules.card_formats.reading import About, Reading

MOST_LINES = 50_000
"""A line costs more to read than its signs do."""


@dataclass(frozen=True)
class Format:
    """One way to write a card: its name for people, the end of its file's name, how a browser is told of it."""

    key: str
    label: str
    ending: str
    media_type: str
    written: Callable[[Mapping[str, Any], About], str]


def _readme(content: Mapping[str, Any], about: About) -> str:
    return hugging_face.written(content, about.model)


FORMATS = {
    one.key: one
    for one in (
        Format("readme", "Hugging Face, README.md", "README.md", "text/markdown; charset=utf-8", _readme),
        Format("cyclonedx", "CycloneDX 1.6, JSON", "cdx.json", cyclonedx.MEDIA_TYPE, cyclonedx.written),
        Format("markdown", "Markdown", "md", "text/markdown; charset=utf-8", markdown.written),
    )
}


def read(text: str, model: str) -> Reading:
    """What a file says, in whichever of the formats it is. Raises DomainError with what cannot be read, and where."""
    if (lines := text.count("\n")) > MOST_LINES:
        raise reading.refused(f"The file has {lines:,} lines; {MOST_LINES:,} are the most.")
    is_json = text.lstrip("\ufeff \t\r\n").startswith("{")
    return cyclonedx_reading.read(text, model) if is_json else hugging_face.read(text, model)
