"""A document that grows by parts: their pages under one page tree, their tags under one tag tree."""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, BinaryIO

from portal.pdf import writing
from portal.pdf.copying import Copier, outside
from portal.pdf.errors import PdfError
from portal.pdf.parts import Placed
from portal.pdf.writing import reference

if TYPE_CHECKING:
    from pikepdf import Page, Pdf

Dress = Callable[["Pdf", Placed, "list[Page]"], None]
"""What is done to the open pages of a part before they are copied."""


class Assembly:
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


def _parent_entries(node: Any) -> list[tuple[int, Any]]:
    """Key and value of every entry of a number tree: the leaves in order."""
    if "/Kids" in node:
        return [entry for kid in node.Kids for entry in _parent_entries(kid)]
    nums = node.Nums
    return [(int(nums[place]), nums[place + 1]) for place in range(0, len(nums), 2)]
