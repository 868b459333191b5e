"""What the faces cannot draw is printed as numbers, and nothing else is ever drawn with."""

import html
import io
import unicodedata
from typing import Any

import pypdf
import pytest

from portal.pdf import fonts
from portal.pdf.rendering import Renderer

FACES = {"Pack-Sans", "Pack-Sans-Semi-Bold", "Pack-Mono"}


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("Ελένη, Привет, Đặng, Þórður, Łódź, ≥ ≤ → × ÷ € µ", "Ελένη, Привет, Đặng, Þórður, Łódź, ≥ ≤ → × ÷ € µ"),
        ("王小明 and عبد", "[U+738B U+5C0F U+660E] and [U+0639 U+0628 U+062F]"),
        ("🚀", "[U+1F680]"),
        ("go\u202eog-on", "go[U+202E]og-on"),
        ("zero\u200bwidth\u00adsoft\x07bell\x00", "zero[U+200B]width[U+00AD]soft[U+0007]bell[U+0000]"),
        ("e\u0301", "é"),
        ("one\r\ntwo\rthree\tfour", "one\ntwo\nthree\tfour"),
        ("\ufeff\ud800", "[U+FEFF U+D800]"),
        ("plain [U+0041]", "plain [U+0041]"),
    ],
)
def test_text_is_printed_as_written_or_as_unicode_numbers(written: str, printed: str) -> None:
    assert fonts.legible(written) == printed


def test_every_covered_character_is_drawn_by_a_shipped_face_even_where_the_machine_has_others() -> None:
    characters = html.escape(" ".join(sorted(fonts.covered() - {"\n", "\t"})))
    part = Renderer().render(f"<html lang=en><p>{characters}</p><p><b>{characters}</b></p><code>{characters}</code>")
    drawn = pypdf.PdfReader(io.BytesIO(part.pdf))
    assert {face for page in drawn.pages for face in _faces(page)} == FACES
    text = _as_drawn("".join("".join(page.extract_text().split()) for page in drawn.pages))
    letters = [character for character in fonts.covered() if unicodedata.category(character).startswith("L")]
    assert [letter for letter in letters if _as_drawn(letter) not in text] == []


def test_a_character_no_face_covers_would_have_come_from_the_machine() -> None:
    """The counter-check: the test above can see a foreign face."""
    assert "王" not in fonts.covered()
    assert "\u202e" not in fonts.covered()
    assert len(fonts.covered()) > 1500


def _faces(page: pypdf.PageObject) -> set[str]:
    used: Any = page["/Resources"]
    return {str(font.get_object()["/BaseFont"]).partition("+")[2] for font in used["/Font"].values()}


def _as_drawn(text: str) -> str:
    """Letters that share a glyph are read back as one of them."""
    return unicodedata.normalize("NFKC", text)
