"""Joins parts: pages in order, one tag tree, links across parts, and for a whole document outline, stamp and metadata.

One part is open at a time and objects go straight to the file (writing.py), so the memory a merge takes does not grow
with the number of parts.
"""

import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from portal.pdf import describing, writing
from portal.pdf.copying import Copier, outside
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

Dress = Callable[["Pdf", Placed, "list[Page]"], None]
"""What is done to the open pages of a part before they are copied."""


def merge(out: BinaryIO, parts: Sequence[Placed], described: Description, stamp: Stamp) -> int:
    """Write the whole document; how many pages it has. `parts` are numbered from 1 on (parts.in_order).

    Links `pack:<name of a part>#<anchor>` become places. Raises PdfError for one that leads nowhere.
    """
    assembly = _Assembly(out, sum(placed.part.pages for placed in parts))
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
    assembly = _Assembly(out, sum(part.pages for part in parts))
    for one in placed:
        assembly.add(one, lambda _source, _placed, _pages: None)
    assembly.finish(assembly.writer.add(b"<< >>"), b"")
    bookmarks: list[Bookmark] = []
    anchors: dict[str, Place] = {}
    for one in placed:
        bookmarks += [Bookmark(b.level, b.label, _moved(b.place, one)) for b in one.part.bookmarks]
        anchors |= {name: _moved(place, one) for name, place in one.part.anchors.items() if name not in anchors}
    return Part(out.getvalue(), assembly.total, tuple(bookmarks), anchors)


class _Assembly:
    """A document that grows by parts: its page tree and its tag tree."""

    def __init__(self, out: BinaryIO, total: int) -> None:
        self.total = total
        self.writer = writing.DocumentWriter(out)
        self._first_page = self.writer.reserve(total)
        self._root, self._tree, self._structure, self._document = (self.writer.reserve() for _ in range(4))
        self._nodes: list[tuple[int, int]] = []
        self._elements: list[int] = []
        self._leaves: list[int] = []
        self._next_key = 0
        self._kept: dict[bytes, int] = {}

    def page_number(self, page: int) -> int:
        """The object number of a page, counted from 1."""
        return self._first_page + page - 1

    def copy_from(self, source: "Pdf", wanted: Any) -> int:
        """Copy one object with all it leads to; its number."""
        copier = Copier(source, self.writer, self._kept)
        number = copier.number(wanted)
        copier.copy()
        return number

    def add(self, placed: Placed, dress: Dress) -> None:
        """Add the pages of a part, dressed, with their tags."""
        import pikepdf

        with pikepdf.open(io.BytesIO(placed.part.pdf)) as source:
            pages = list(source.pages)
            if len(pages) != placed.part.pages:
                raise PdfError(f"The part {placed.name!r} has {len(pages)} pages and says {placed.part.pages}.")
            copier = Copier(source, self.writer, self._kept)
            dress(source, placed, pages)
            self._place_pages(copier, placed, pages)
            self._place_tags(copier, source, placed.title)
            copier.copy()

    def finish(self, info: int, more: bytes) -> None:
        """Write the trees and the catalogue, with `more` entries in it."""
        nodes = b" ".join(reference(number) for number, _ in self._nodes)
        self.writer.write(self._tree, b"<< /Type /Pages /Count %d /Kids [%s] >>" % (self.total, nodes))
        elements, leaves = (b" ".join(map(reference, numbers)) for numbers in (self._elements, self._leaves))
        self.writer.write(
            self._document,
            b"<< /Type /StructElem /S /Document /P %s /K [%s] >>" % (reference(self._structure), elements),
        )
        self.writer.write(
            self._structure,
            b"<< /Type /StructTreeRoot /K [%s] /ParentTree << /Kids [%s] >> /ParentTreeNextKey %d >>"
            % (reference(self._document), leaves, self._next_key),
        )
        self.writer.write(
            self._root,
            b"<< /Type /Catalog /Pages %s /StructTreeRoot %s /MarkInfo << /Marked true >> %s >>"
            % (reference(self._tree), reference(self._structure), more),
        )
        self.writer.finish(self._root, info)

    def _place_pages(self, copier: Copier, placed: Placed, pages: "list[Page]") -> None:
        node = self.writer.reserve()
        numbers = [self.page_number(placed.first + place) for place in range(len(pages))]
        for page in pages:
            page.obj.Parent = outside(node)
            for holder in (page.obj, *page.obj.get("/Annots", [])):
                for key in ("/StructParents", "/StructParent"):
                    if key in holder:
                        holder[key] = int(holder[key]) + self._next_key
        copier.place({page.obj.objgen: number for page, number in zip(pages, numbers, strict=True)})
        kids = b" ".join(map(reference, numbers))
        self.writer.write(
            node, b"<< /Type /Pages /Parent %s /Count %d /Kids [%s] >>" % (reference(self._tree), len(pages), kids)
        )
        self._nodes.append((node, len(pages)))

    def _place_tags(self, copier: Copier, source: "Pdf", title: str) -> None:
        """The part's `Document` becomes a `Part` of ours; its keys move up by as many as there are."""
        from pikepdf import Name, String

        tree = source.Root.StructTreeRoot
        element, number = tree.K[0], self.writer.reserve()
        element.S, element.P, element.T = Name.Part, outside(self._document), String(title)
        copier.place({element.objgen: number})
        self._elements.append(number)
        entries = _parent_entries(tree.ParentTree)
        keys = [key + self._next_key for key, _ in entries]
        if entries:
            pairs = b" ".join(
                b"%d %s" % (key, copier.translate(value.unparse()))
                for key, (_, value) in zip(keys, entries, strict=True)
            )
            self._leaves.append(self.writer.add(b"<< /Limits [%d %d] /Nums [%s] >>" % (min(keys), max(keys), pairs)))
            self._next_key = max(keys) + 1


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


def _parent_entries(node: Any) -> list[tuple[int, Any]]:
    """Key and value of every entry of a number tree: the leaves in order."""
    if "/Kids" in node:
        return [entry for kid in node.Kids for entry in _parent_entries(kid)]
    nums = node.Nums
    return [(int(nums[place]), nums[place + 1]) for place in range(0, len(nums), 2)]


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
