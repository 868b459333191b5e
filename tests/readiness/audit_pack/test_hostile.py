"""Text that tries to be markup, a path or another script is printed as text."""

import io

import pikepdf
import pytest

from portal.pdf import fonts
from tests.factories import pack
from tests.readiness.audit_pack.conftest import Built


@pytest.mark.parametrize("text", pack.HOSTILE, ids=range(len(pack.HOSTILE)))
def test_it_comes_out_as_it_went_in_or_as_unicode_numbers(hostile: Built, text: str) -> None:
    printed = "".join(fonts.legible(text).split())
    assert printed in "".join(hostile.text.split())


def test_it_adds_no_heading_no_link_and_no_script(hostile: Built) -> None:
    with pikepdf.open(io.BytesIO(hostile.pdf)) as document:
        assert "/Names" not in document.Root
        assert "/OpenAction" not in document.Root
        links = [link for page in document.pages for link in page.obj.get("/Annots", [])]
        assert all("/A" not in link and "/Dest" in link for link in links)
    levels = [entry.title for entry in hostile.reader.outline if not isinstance(entry, list)]
    assert levels == [
        "Cover",
        "How to read this pack",
        "Contents",
        "Summary",
        fonts.legible(pack.HOSTILE[5]),
        "Evidence manifest",
        "Verification",
    ]


def test_nothing_is_drawn_outside_the_page(hostile: Built) -> None:
    beyond: list[tuple[int, float]] = []
    for number, page in enumerate(hostile.reader.pages, 1):

        def seen(text: str, _cm: object, tm: list[float], _font: object, _size: object, number: int = number) -> None:
            if text.strip() and not 0 <= tm[4] * 0.75 < 595:
                beyond.append((number, tm[4]))

        page.extract_text(visitor_text=seen)
    assert beyond == []
