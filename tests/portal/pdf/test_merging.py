"""Parts become one document: numbered, linked, with one outline and one tag tree."""

import datetime
import io
import re
from collections.abc import Sequence
from typing import Any

import pikepdf
import pypdf
import pytest

from portal.pdf import fonts, merging, numbering, parts, stamping
from portal.pdf.describing import Description
from portal.pdf.errors import PdfError
from portal.pdf.parts import Part
from portal.pdf.process import RenderingProcess
from tests.portal.pdf import tags

PLAIN_TRICKY = "12 0 R (13 0 R) \\) 14 0 R /GhOutside-1 <41> 15 0 R"
TRICKY = "(12 0 R) \\) << /GhOutside-1 >> Ω 王 %%EOF"
SERVICE = """<!doctype html><html lang="en-GB"><title>Service</title>
<h1 id="top" data-label="{label}">Service</h1><h2 id="first" data-label="1&ensp;First">First</h2>
<p class="m m-green">Green</p><p>{text}</p>
<h3 id="deep" data-label="1.1&ensp;Deep">Deep</h3>
<h2 id="second" class="top" data-label="2&ensp;Second">Second</h2><code>mono</code>"""
LINKS = """<!doctype html><html lang="en-GB"><title>Links</title><h1 id="c" data-label="Contents">Contents</h1>
<a href="pack:a#second">A, second</a> <a href="pack:b#top">B</a>"""
FURNITURE = stamping.Furniture("Audit pack GH-1 (draft)", "Confidential, Łódź & Co \\")
DESCRIBED = Description(
    title=TRICKY,
    author="Alderholm & Søn <x>",
    subject="A sample",
    software="Gatehouse",
    made_at=datetime.datetime(2026, 10, 5, 9, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=2))),
)


def test_pages_are_counted_through_the_whole_document(renderer: RenderingProcess) -> None:
    text = [page.extract_text() for page in _read(_document(renderer)).pages]
    assert len(text) == 5
    assert "Page 1 of" not in text[0]
    for number in range(2, 6):
        assert f"Page {number} of 5" in text[number - 1]
        assert "Audit pack GH-1 (draft)" in text[number - 1]
        assert "Confidential, Łódź & Co \\" in text[number - 1]


def test_the_header_names_the_part_and_the_chapter_but_not_where_a_part_opens(renderer: RenderingProcess) -> None:
    text = [" ".join(page.extract_text().split()) for page in _read(_document(renderer)).pages]
    assert text[2].startswith("Service a 2 Second")
    assert not text[1].startswith("Service a")


def test_links_lead_to_the_page_of_their_anchor(renderer: RenderingProcess) -> None:
    reader = _read(_document(renderer))
    found: Any = reader.pages[0]["/Annots"]
    annotations = [link.get_object() for link in found]
    goals = [reader.get_page_number(link["/Dest"][0].get_object()) for link in annotations]
    assert goals == [2, 3]
    assert [link["/Contents"] for link in annotations] == ["Page 3", "Page 4"]
    assert not any("/A" in link for link in annotations)


def test_a_link_that_leads_nowhere_is_refused(renderer: RenderingProcess) -> None:
    page = renderer.render('<a href="pack:a#missing">x</a>')
    with pytest.raises(PdfError, match="leads nowhere"):
        _merged(renderer, [("links", "Links", page)])


def test_the_outline_has_three_levels_and_points_at_the_right_pages(renderer: RenderingProcess) -> None:
    reader = _read(_document(renderer))
    flat = _flat(reader, reader.outline)
    assert flat == [
        (1, "Contents", 1),
        (1, "Service a", 2),
        (2, "1 First", 2),
        (3, "1.1 Deep", 2),
        (2, "2 Second", 3),
        (1, fonts.legible(TRICKY), 4),
        (2, "1 First", 4),
        (3, "1.1 Deep", 4),
        (2, "2 Second", 5),
    ]


def test_contents_lines_carry_the_pages_that_readers_see(renderer: RenderingProcess) -> None:
    placed = parts.in_order(_parts(renderer))
    lines = numbering.lines(placed, leaving_out=("links",))
    assert [(line.number, line.words, line.page, line.link) for line in lines[:3]] == [
        ("", "Service a", 2, "pack:a#top"),
        ("1", "First", 2, "pack:a#first"),
        ("1.1", "Deep", 2, "pack:a#deep"),
    ]


def test_strings_that_look_like_pdf_stay_strings(renderer: RenderingProcess) -> None:
    document = _document(renderer)
    reader = _read(document)
    assert reader.metadata is not None
    assert reader.metadata.title == TRICKY
    assert reader.metadata.author == "Alderholm & Søn <x>"
    assert reader.metadata.creation_date == datetime.datetime(2026, 10, 5, 7, 30, tzinfo=datetime.UTC)
    with pikepdf.open(io.BytesIO(document)) as found:
        assert found.check_pdf_syntax() == []
        titles = [str(element.get("/T", "")) for element in tags.elements(found)]
        assert TRICKY in titles


def test_plain_strings_that_look_like_references_stay_strings(renderer: RenderingProcess) -> None:
    part = renderer.render(f'<html lang="en"><img src="pack:mark/green.svg" alt="{PLAIN_TRICKY}">')
    with pikepdf.open(io.BytesIO(_merged(renderer, [("a", PLAIN_TRICKY, part)]))) as found:
        elements = tags.elements(found)
        assert PLAIN_TRICKY in [str(element.get("/Alt", "")) for element in elements]
        assert PLAIN_TRICKY in [str(element.get("/T", "")) for element in elements]


def test_the_tag_tree_of_the_whole_holds_together(renderer: RenderingProcess) -> None:
    assert tags.mistakes(_document(renderer)) == []


def test_header_and_footer_are_artifacts_and_not_read_out(renderer: RenderingProcess) -> None:
    with pikepdf.open(io.BytesIO(_document(renderer))) as document:
        for page in list(document.pages)[1:]:
            first = page.obj.Contents[0].read_bytes()
            assert first.startswith(b"/Artifact <</Type /Pagination>> BDC")
            assert b"MCID" not in first


def test_the_same_part_twice_carries_its_fonts_once(renderer: RenderingProcess) -> None:
    part = _service(renderer, "a", "text")
    once = _merged(renderer, [("a", "A", part)])
    twice = _merged(renderer, [("a", "A", part), ("b", "A", part)])
    assert len(re.findall(rb"/Length1 ", twice)) == len(re.findall(rb"/Length1 ", once))


def test_the_same_parts_give_the_same_bytes(renderer: RenderingProcess) -> None:
    assert _document(renderer) == _document(renderer)


def test_joined_parts_are_one_part_whose_anchors_have_moved(renderer: RenderingProcess) -> None:
    first, second = _service(renderer, "a", "one"), renderer.render('<h2 id="late" data-label="Late">Late</h2>')
    joined = merging.join([first, second], "Joined")
    assert joined.pages == first.pages + second.pages
    assert joined.anchors["late"].page == first.pages
    assert [b.label for b in joined.bookmarks][-1] == "Late"
    document = _merged(renderer, [("j", "Joined", joined)])
    assert tags.mistakes(joined.pdf) == []
    assert tags.mistakes(document) == []
    assert "Late" in _read(document).pages[-1].extract_text()


def test_long_names_in_the_header_are_cut_with_an_ellipsis(renderer: RenderingProcess) -> None:
    part = _service(renderer, "A name that goes on " * 20, "x")
    page = _read(_merged(renderer, [("a", "A", part)])).pages[1]
    header = page.extract_text().splitlines()[0]
    assert "…" in header
    assert "2 Second" in " ".join(page.extract_text().split())


def _service(renderer: RenderingProcess, label: str, text: str) -> Part:
    label = label.replace("&", "&amp;").replace("<", "&lt;")
    return renderer.render(SERVICE.format(label=label, text=text))


def _parts(renderer: RenderingProcess) -> list[tuple[str, str, Part]]:
    return [
        ("links", "Links", renderer.render(LINKS)),
        ("a", "Service a", _service(renderer, "Service a", "one")),
        ("b", TRICKY, _service(renderer, TRICKY, "two")),
    ]


def _document(renderer: RenderingProcess) -> bytes:
    return _merged(renderer, _parts(renderer))


def _merged(renderer: RenderingProcess, named: Sequence[tuple[str, str, Part]]) -> bytes:
    placed = parts.in_order(named)
    stamp = stamping.Stamp(renderer.render(stamping.specimen(FURNITURE, placed)).pdf, FURNITURE)
    out = io.BytesIO()
    assert merging.merge(out, placed, DESCRIBED, stamp) == placed[-1].first + placed[-1].part.pages - 1
    return out.getvalue()


def _read(document: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(document), strict=True)


def _flat(reader: pypdf.PdfReader, outline: list[Any], level: int = 1) -> list[tuple[int, str, int]]:
    found: list[tuple[int, str, int]] = []
    for entry in outline:
        if isinstance(entry, list):
            found += _flat(reader, entry, level + 1)
        else:
            number = reader.get_destination_page_number(entry)
            found.append((level, str(entry.title), (number or 0) + 1))
    return found
