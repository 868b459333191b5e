"""Header and footer: one short line above and below each page, drawn at the merge and marked as an artifact.

A part is made before its page numbers are known, so they are drawn afterwards, with the same faces. Glyph codes and
widths are read back from a specimen: one rendered line that shows every character the stamp will need.
"""

import html
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.pdf import fonts
from portal.pdf.parts import Bookmark, Placed

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

MM = 72 / 25.4
LEFT, RIGHT, RAIL = 24 * MM, 192 * MM, 42 * MM
HEADER, FOOTER = 280 * MM, 12 * MM
HANDLING = 130 * MM
"""The room of the words at the left of the footer, beside the page number."""
SIZE = 7
INK, GREY = (0.106, 0.141, 0.188), (0.333, 0.376, 0.427)
ALWAYS = "Page of 0123456789…?·[]U+ABCDEF "
FIRST_LINE = 235 * MM
"""A chapter that begins above this height is the one at the top of its page."""


@dataclass(frozen=True, slots=True)
class Furniture:
    """What stands on every page but the cover: at the right of the header, at the left of the footer."""

    document: str
    handling: str


def specimen(furniture: Furniture, parts: Sequence[Placed]) -> str:
    """The HTML of the specimen: every character that the stamp of this document may need, in both weights."""
    texts = [ALWAYS, furniture.document, furniture.handling, *(part.title for part in parts)]
    texts += [bookmark.label for part in parts for bookmark in part.part.bookmarks]
    characters = html.escape("".join(sorted(set(fonts.legible("".join(texts))) - set("\n\t \u2002"))))
    return f"<!doctype html><title>Specimen</title><p>x {characters}</p><p><b>x {characters}</b></p>"


class Stamp:
    """The faces of a rendered specimen, and what to draw with them."""

    def __init__(self, specimen_pdf: bytes, furniture: Furniture) -> None:
        import pikepdf

        self.source: Pdf = pikepdf.open(io.BytesIO(specimen_pdf))
        found = sorted(self.source.pages[0].Resources.Font.values(), key=lambda font: str(font.BaseFont))
        self.fonts: dict[str, Object] = {}
        self._regular = _Face("GhR", [font for font in found if "Semi" not in str(font.BaseFont)], self.fonts)
        self._strong = _Face("GhS", [font for font in found if "Semi" in str(font.BaseFont)], self.fonts)
        self._furniture = furniture

    def drawing(self, placed: Placed, page: int, total: int, running: Bookmark | None) -> bytes:
        """The content stream for page `page` (from 0) of a part. `running` is the level-1 heading in force before it.

        The cover, page 1 of the document, stays clear; where a level-1 heading opens, the left of the header does.
        """
        number = placed.first + page
        if number == 1:
            return b""
        name, chapter, opening = _in_force(placed, page, running)
        drawn = "" if opening else self._header_left(name, chapter)
        drawn += self._regular.line(self._furniture.document, RIGHT, HEADER, GREY, from_right=True)
        drawn += self._regular.line(self._regular.fit(self._furniture.handling, HANDLING), LEFT, FOOTER, GREY)
        drawn += self._strong.line(f"Page {number} of {total}", RIGHT, FOOTER, INK, from_right=True)
        return f"/Artifact <</Type /Pagination>> BDC q\n{drawn}Q EMC\n".encode()

    def _header_left(self, name: str, chapter: str) -> str:
        room = (75 if chapter else 105) * MM
        shown = self._strong.fit(name, room)
        drawn = self._strong.line(shown, LEFT, HEADER, INK)
        if chapter:
            at = LEFT + max(RAIL, self._strong.width(shown) + 4 * MM)
            drawn += self._regular.line(self._regular.fit(chapter, 150 * MM - at + LEFT - 18 * MM), at, HEADER, GREY)
        return drawn


class _Face:
    """One weight: glyph codes and widths by character. A weight may be embedded in several fonts."""

    def __init__(self, prefix: str, embedded: "Iterable[Object]", names: "dict[str, Object]") -> None:
        self._glyphs: dict[str, tuple[str, int, float]] = {}
        for position, font in enumerate(embedded):
            key = f"/{prefix}{position}"
            names[key] = font
            widths = _widths(list(font.DescendantFonts[0].W))
            for code, character in _characters(font.ToUnicode.read_bytes().decode("latin-1")):
                self._glyphs.setdefault(character, (key, code, widths.get(code, 1000.0)))

    def width(self, words: str) -> float:
        return sum(self._glyph(character)[2] for character in _plain(words)) * SIZE / 1000

    def fit(self, words: str, room: float) -> str:
        """The words, cut with an ellipsis where they do not fit."""
        words = _plain(words)
        if self.width(words) <= room:
            return words
        while words and self.width(f"{words.rstrip()}…") > room:
            words = words[:-1]
        return f"{words.rstrip()}…"

    def line(
        self, words: str, x: float, y: float, colour: tuple[float, float, float], *, from_right: bool = False
    ) -> str:
        """The operators that draw the words at this spot, which is their end where `from_right`."""
        words = _plain(words)
        x -= self.width(words) if from_right else 0
        runs: list[tuple[str, list[str]]] = []
        for character in words:
            key, code, _ = self._glyph(character)
            if not runs or runs[-1][0] != key:
                runs.append((key, []))
            runs[-1][1].append(f"{code:04x}")
        shown = " ".join(f"{key} {SIZE} Tf <{''.join(codes)}> Tj" for key, codes in runs)
        red, green, blue = colour
        return f"{red:.3f} {green:.3f} {blue:.3f} rg BT 1 0 0 1 {x:.3f} {y:.3f} Tm {shown} ET\n"

    def _glyph(self, character: str) -> tuple[str, int, float]:
        return self._glyphs.get(character) or self._glyphs["?"]


def _plain(words: str) -> str:
    return " ".join(fonts.legible(words).replace("\u2002", " ").split())


def _in_force(placed: Placed, page: int, running: Bookmark | None) -> tuple[str, str, bool]:
    """Name and chapter for the header of this page, and whether a level-1 heading opens on it.

    A numbered section of the chapter stands beside it: of many reviews one wants to know which this page is of.
    """
    name, chapter, section, opening = (running.label if running else placed.title), "", "", False
    for bookmark in placed.part.bookmarks:
        at_top = bookmark.place.page < page or (bookmark.place.page == page and bookmark.place.top > FIRST_LINE)
        if bookmark.level == 1 and bookmark.place.page <= page:
            name, chapter, section = bookmark.label, "", ""
            opening = bookmark.place.page == page
        elif bookmark.level == 2 and at_top:
            chapter, section = bookmark.label, ""
        elif bookmark.level == 3 and at_top and _number(bookmark.label).startswith(f"{_number(chapter)}."):
            section = bookmark.label
    return name, f"{chapter} · {section}" if section else chapter, opening


def _number(label: str) -> str:
    """What stands before the en space of a numbered heading: “3”, “3.2”."""
    return label.partition("\u2002")[0]


def _widths(items: list[Any]) -> dict[int, float]:
    """A font's `W` array: `first [w w w]` or `first last w`, again and again."""
    widths: dict[int, float] = {}
    while items:
        if hasattr(items[1], "__iter__"):
            first, run, *items = items
            widths |= {int(first) + place: float(width) for place, width in enumerate(run)}
        else:
            first, last, width, *items = items
            widths |= dict.fromkeys(range(int(first), int(last) + 1), float(width))
    return widths


def _characters(to_unicode: str) -> Iterable[tuple[int, str]]:
    for block in re.findall(r"beginbfchar(.*?)endbfchar", to_unicode, re.DOTALL):
        for code, shown in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            yield int(code, 16), bytes.fromhex(shown).decode("utf-16-be")
