"""What a printed page may use: fonts, marks and the style sheet, all from memory, under names of their own.

A name looks like `pack:font/source-sans-3-400.woff2`. Whatever a page asks for that is not in its map ends the
rendering (rendering.py), so a page cannot read a file or reach a network, whatever stands in it.
"""

import functools
import hashlib
import importlib.metadata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SCHEME = "pack:"
STATIC = Path(__file__).resolve().parents[2] / "static"
SOFTWARE = ("weasyprint", "pydyf", "tinycss2", "tinyhtml5", "fonttools", "pikepdf")
"""Libraries that decide what the bytes of a part are: another version of one makes every part anew."""

_KINDS = {".woff2": ("font", "font/woff2"), ".svg": ("mark", "image/svg+xml")}


@dataclass(frozen=True, slots=True)
class Resource:
    """The bytes of one thing a page may use, and what they are."""

    body: bytes
    media_type: str


@functools.cache
def shipped() -> Mapping[str, Resource]:
    """The fonts and marks that come with the product, by name, in a fixed order."""
    found = {}
    for path in sorted((STATIC / "pack").glob("*/*")):
        if path.suffix in _KINDS:
            folder, media_type = _KINDS[path.suffix]
            found[f"{SCHEME}{folder}/{path.name}"] = Resource(path.read_bytes(), media_type)
    return found


@functools.cache
def stylesheet() -> str:
    """The style of print, as text, with a class for each width a column can have: `w-315` is 31.5 mm."""
    widths = "".join(f".w-{tenths} {{ width: {tenths / 10}mm }}\n" for tenths in range(0, 1685, 5))
    return (STATIC / "css" / "print.css").read_text(encoding="utf-8") + widths


@functools.cache
def base_digest() -> str:
    """SHA-256, in hex, of the style, the shipped resources and the versions of the software that draws with them."""
    versions = [f"{name}=={importlib.metadata.version(name)}" for name in SOFTWARE]
    return _digest([stylesheet(), *versions], shipped())


def content_digest(html: str, own: Mapping[str, Resource] | None = None) -> str:
    """The name under which the part made from this HTML may be kept: SHA-256, in hex, of all that decides its look."""
    return _digest([base_digest(), html], own or {})


def _digest(texts: list[str], resources: Mapping[str, Resource]) -> str:
    whole = hashlib.sha256()
    pieces = [text.encode() for text in texts]
    for name in sorted(resources):
        pieces += [name.encode(), resources[name].media_type.encode(), resources[name].body]
    for piece in pieces:
        whole.update(b"%d:" % len(piece) + piece)
    return whole.hexdigest()
