"""Joins parts: pages in order, one tag tree, links across parts, and for a whole document outline, stamp and metadata.

One part is open at a time and its objects go straight to the file (assembling.py), so the memory that a merge takes
does not grow with the number of parts.
"""

import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, BinaryIO

from portal.pdf import describing, writing
from portal.pdf.assembling import Assembly
from portal.pdf.copying import outside
from portal.pdf.describing import Description, Entry
from portal.pdf.errors import PdfError
from portal.pdf.parts import Bookmark, Part, Place, Placed, in_order
from portal.pdf.resources import SCHEME
from portal.pdf.stamping import Stamp
from portal.pdf.writing import reference

if TYPE_CHECKING:
    from pikepdf import Page, Pdf

ABOVE = 12
"""Points between a heading and the upper edge of the window when a link leads to it."""


def merge(out: BinaryIO, parts: Sequence[Placed], described: Description, stamp: Stamp) -> int:
    """Write the whole document; how many pages it has. `parts` are numbered from 1 on (parts.in_order).

    Links `pack:<name of a part>#<anchor>` become places. Raises PdfError for one that leads nowhere.
    """
    assembly = Assembly(out, sum(placed.part.pages for placed in parts))
    links = _Links(parts, assembly.page_number)
    running = _running(parts)
    drawn = {key: assembly.copy_from(stamp.source, font) for key, font in stamp.fonts.items()}

    def dress(_: "Pdf", placed: Placed, pages: "list[Page]") -> None:
        for number, page in enumerate(pages):
            links.lead(placed, page)
            if drawing := stamp.drawing(placed, number, assembly.total, running[placed.name]):
                _add_drawing(page, drawn, assembly.writer.add_stream(drawing))

    for placed in parts:
        assembly.add(placed, dress)
    outline = describing.write_outline(assembly.writer, list(_entries(parts, assembly.page_number)))
    metadata = describing.write_metadata(assembly.writer, described)
    assembly.finish(
        describing.write_info(assembly.writer, described),
        b"/Lang %s /Outlines %s /Metadata %s /PageMode /UseOutlines /ViewerPreferences << /DisplayDocTitle true >>"
        % (writing.text(described.language), reference(outline), reference(metadata)),
    )
    return assembly.total


def join(parts: Sequence[Part], title: str) -> Part:
    """Several parts as one, to be kept under one name; links stay as they are until the merge."""
    if len(parts) == 1:
        return parts[0]
    out = io.BytesIO()
    placed = in_order([(str(number), title, part) for number, part in enumerate(parts)])
    assembly = Assembly(out, sum(part.pages for part in parts))
    for one in placed:
        assembly.add(one, lambda _source, _placed, _pages: None)
    assembly.finish(assembly.writer.add(b"<< >>"), b"")
    bookmarks: list[Bookmark] = []
    anchors: dict[str, Place] = {}
    for one in placed:
        bookmarks += [Bookmark(b.level, b.label, _moved(b.place, one)) for b in one.part.bookmarks]
        anchors |= {name: _moved(place, one) for name, place in one.part.anchors.items() if name not in anchors}
    return Part(out.getvalue(), assembly.total, tuple(bookmarks), anchors)


class _Links:
    """Turns links to anchors into places in the document."""

    def __init__(self, parts: Sequence[Placed], page_number: Callable[[int], int]) -> None:
        self._page_number = page_number
        self._places = {
            f"{SCHEME}{placed.name}#{anchor}": (placed.first + place.page, place.top)
            for placed in parts
            for anchor, place in placed.part.anchors.items()
        }

    def lead(self, placed: Placed, page: "Page") -> None:
        """Give every link of the page its place. Links to the outside are left; the templates make none."""
        from pikepdf import Array, Name, String

        for annotation in page.obj.get("/Annots", []):
            wanted = str(annotation.A.get("/URI", "")) if "/A" in annotation else ""
            if not wanted.startswith(SCHEME):
                continue
            if wanted not in self._places:
                raise PdfError(f"A link in {placed.name!r} leads nowhere: {wanted}")
            goal, top = self._places[wanted]
            del annotation["/A"]
            annotation.Dest = Array([outside(self._page_number(goal)), Name.XYZ, 0, round(top + ABOVE, 2), 0])
            annotation.Contents = String(f"Page {goal}")


def _add_drawing(page: "Page", drawn: dict[str, int], stream: int) -> None:
    from pikepdf import Array, Dictionary

    resources = page.obj.Resources
    if "/Font" not in resources:
        resources.Font = Dictionary()
    for key, number in drawn.items():
        resources.Font[key] = outside(number)
    own = page.obj.Contents
    page.obj.Contents = Array([outside(stream), *(own if isinstance(own, Array) else [own])])


def _running(parts: Sequence[Placed]) -> dict[str, Bookmark | None]:
    """Which level-1 heading is in force where each part begins."""
    running: dict[str, Bookmark | None] = {}
    latest: Bookmark | None = None
    for placed in parts:
        running[placed.name] = latest
        latest = next((b for b in reversed(placed.part.bookmarks) if b.level == 1), latest)
    return running


def _entries(parts: Sequence[Placed], page_number: Callable[[int], int]) -> "list[Entry]":
    return [
        Entry(
            label=" ".join(bookmark.label.split()),
            page=page_number(placed.first + bookmark.place.page),
            top=bookmark.place.top + ABOVE,
            level=bookmark.level,
        )
        for placed in parts
        for bookmark in placed.part.bookmarks
    ]


def _moved(place: Place, by: Placed) -> Place:
    return Place(place.page + by.first - 1, place.top)
