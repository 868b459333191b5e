"""Which characters the shipped faces can draw, and what is printed for those they cannot.

The faces (Source Sans 3 and Source Code Pro, whole) cover Latin with all its extensions, Vietnamese, Greek, Cyrillic,
arrows and mathematical signs. A character outside them would come from whatever font the machine has, or vanish;
a control or direction sign would change the look of a record unseen. Both are printed as their Unicode numbers in
brackets instead: 王明 becomes [U+738B U+660E]. Nothing is dropped and nothing is guessed; the data files of a pack hold
the text as it was written.
"""

import functools
import io
import re
import unicodedata

from portal.pdf import resources

_SHOWN_AS_NUMBERS = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Controls, format and direction signs, surrogates, private and unassigned codes, line and paragraph separators."""

_LAYOUT = {"\n", "\t", *map(chr, range(0x2000, 0x200B)), "\u202f", "\u205f", "\u3000"}
"""Line breaks and the spaces of other widths, which are drawn as space, whether or not a face has them."""

_PICTURES = {"\u2615"}
"""The cup: our faces have it, but as an emoji by nature it would be looked for in an emoji font first."""


def legible(text: str) -> str:
    """The text with each run of characters that no shipped face draws written as Unicode numbers in brackets.

    Safe on HTML: markup itself is ASCII, and so is what is put in. Composes accents first (NFC), since the faces
    draw most accented letters as one.
    """
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _uncovered().sub(lambda run: spelled(run.group()), composed)


def spelled(run: str) -> str:
    """Characters as their Unicode numbers: `[U+738B U+660E]`."""
    return f"[{' '.join(f'U+{ord(character):04X}' for character in run)}]"


@functools.cache
def covered() -> frozenset[str]:
    """Every character that all text faces draw: those of the regular face that the strong one has too."""
    faces = [_characters(resource.body) for name, resource in resources.shipped().items() if "sans" in name]
    common = frozenset.intersection(*faces)
    return frozenset(c for c in common - _PICTURES if unicodedata.category(c) not in _SHOWN_AS_NUMBERS) | _LAYOUT


@functools.cache
def _uncovered() -> re.Pattern[str]:
    return re.compile(f"[^{''.join(re.escape(character) for character in sorted(covered()))}]+")


def _characters(woff2: bytes) -> frozenset[str]:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # comes without types

    with TTFont(io.BytesIO(woff2), lazy=True) as font:
        return frozenset(chr(code) for code in font["cmap"].getBestCmap())
