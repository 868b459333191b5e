"""A page of HTML becomes a part with its headings, its anchors and a tidy tag tree."""

import io

import pikepdf

from portal.pdf.parts import Part, Place
from portal.pdf.process import RenderingProcess
from portal.pdf.resources import Resource, content_digest
from tests.portal.pdf import tags

PAGE = """<!doctype html><html lang="en-GB"><title>Sample</title>
<h1 id="one" data-label="One">The first heading</h1>
<p><span><b>Bold</b></span> and <span>plain</span></p>
<table><thead><tr><th scope="col">Name</th><th scope="col">Value</th></tr></thead>
<tbody><tr><th scope="row">a</th><td><span class="m m-green">Green</span></td></tr></tbody></table>
<img src="pack:mark/green.svg" alt="A green tick">
<h2 id="two" class="top" data-label="1&ensp;Two">A second page</h2>"""


def test_a_part_knows_its_pages_headings_and_anchors(renderer: RenderingProcess) -> None:
    part = renderer.render(PAGE)
    assert part.pages == 2
    assert [(b.level, b.label, b.place.page) for b in part.bookmarks] == [(1, "One", 0), (2, "1\u2002Two", 1)]
    assert part.anchors["two"] == part.bookmarks[1].place


def test_a_part_comes_back_whole_from_what_is_kept_of_it(renderer: RenderingProcess) -> None:
    part = renderer.render(PAGE)
    assert Part.kept(part.pdf, part.pages, part.landmarks) == part


def test_the_same_page_gives_the_same_bytes(renderer: RenderingProcess) -> None:
    assert renderer.render(PAGE).pdf == renderer.render(PAGE).pdf


def test_tags_hold_together_and_nothing_only_wraps(renderer: RenderingProcess) -> None:
    pdf = renderer.render(PAGE).pdf
    assert tags.mistakes(pdf) == []
    with pikepdf.open(io.BytesIO(pdf)) as document:
        kinds = [str(element.S) for element in tags.elements(document)]
        heads = [element for element in tags.elements(document) if element.S == pikepdf.Name.TH]
        assert sorted(str(head.A.Scope) for head in heads) == ["/Column", "/Column", "/Row"]
    assert "/Span" not in kinds
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure", "/P"} <= set(kinds)


def test_a_page_may_have_pictures_of_its_own(renderer: RenderingProcess) -> None:
    own = {
        "pack:bar/1.svg": Resource(b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', "image/svg+xml")
    }
    page = '<img src="pack:bar/1.svg" alt="A bar">'
    assert renderer.render(page, own).pages == 1
    assert content_digest(page, own) != content_digest(page)


def test_places_count_pages_from_nought_and_heights_from_the_foot(renderer: RenderingProcess) -> None:
    place = renderer.render('<p id="a">x</p>').anchors["a"]
    assert place.page == 0
    assert 700 < place.top < 842
    assert isinstance(place, Place)
