"""A part: a few pages that know nothing about the document they will stand in, and so can be kept and used again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Place:
    """A spot on a page: the page counted from 0 within the part, the height in points above the page's foot."""

    page: int
    top: float


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A heading that the reader's side bar and the contents page show; levels 1 to 3."""

    level: int
    label: str
    place: Place


@dataclass(frozen=True, slots=True)
class Part:
    """Pages as a PDF of their own, with their headings and the names that links may lead to."""

    pdf: bytes
    pages: int
    bookmarks: tuple[Bookmark, ...]
    anchors: Mapping[str, Place]

    @property
    def landmarks(self) -> dict[str, Any]:
        """Bookmarks and anchors as plain JSON, to be kept beside the PDF."""
        return {
            "bookmarks": [[b.level, b.label, b.place.page, b.place.top] for b in self.bookmarks],
            "anchors": {name: [place.page, place.top] for name, place in sorted(self.anchors.items())},
        }

    @classmethod
    def kept(cls, pdf: bytes, pages: int, landmarks: Mapping[str, Any]) -> "Part":
        """The part again from what was kept of it."""
        return cls(
            pdf=pdf,
            pages=pages,
            bookmarks=tuple(
                Bookmark(int(level), str(label), Place(int(page), float(top)))
                for level, label, page, top in landmarks["bookmarks"]
            ),
            anchors={name: Place(int(page), float(top)) for name, (page, top) in landmarks["anchors"].items()},
        )


@dataclass(frozen=True, slots=True)
class Placed:
    """A part in its place in a document: the name that links use, what the header calls it, its first page (from 1)."""

    name: str
    title: str
    part: Part
    first: int


def in_order(parts: Sequence[tuple[str, str, Part]]) -> list[Placed]:
    """Number the pages of (name, title, part) from 1 on, each part after the one before."""
    placed, first = [], 1
    for name, title, part in parts:
        placed.append(Placed(name, title, part, first))
        first += part.pages
    return placed
