"""The contents page's lines: which heading stands on which page of the whole document."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.pdf.parts import Placed
from portal.pdf.resources import SCHEME


@dataclass(frozen=True, slots=True)
class Line:
    """One heading: its level, number and words, its page in the document, and what a link to it is called."""

    level: int
    number: str
    words: str
    page: int
    link: str


def lines(parts: Sequence[Placed], leaving_out: Sequence[str] = ()) -> list[Line]:
    """Every heading that a link can lead to, in order, but those of the parts named. The number ends at an en space."""
    found = []
    for placed in parts:
        if placed.name in leaving_out:
            continue
        names = {place: name for name, place in placed.part.anchors.items()}
        for bookmark in placed.part.bookmarks:
            number, parted, words = bookmark.label.partition("\u2002")
            found.append(
                Line(
                    level=bookmark.level,
                    number=number if parted else "",
                    words=words if parted else bookmark.label,
                    page=placed.first + bookmark.place.page,
                    link=f"{SCHEME}{placed.name}#{names[bookmark.place]}",
                )
            )
    return found
