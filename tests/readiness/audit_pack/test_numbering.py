"""Page numbers, bookmarks and the contents page say the same."""

import re
from dataclasses import replace
from typing import Any

import pytest

from portal.pdf.numbering import Line
from portal.pdf.process import RenderingProcess
from readiness.packs import pages as pack_pages
from readiness.rules import pack_sections
from tests.factories import pack
from tests.readiness.audit_pack.conftest import Built, build

CHAPTERS = [
    "1 At a glance",
    "2 Ownership",
    "3 Reviews",
    "4 Sign-offs",
    "5 Waivers",
    "6 Decision record",
    *(f"{number} {title}" for number, title in pack_sections.CHAPTERS.items()),
    "13 Audit trail, excerpt",
]


def test_every_page_but_the_cover_says_which_of_how_many_it_is(built: Built) -> None:
    total = len(built.pages)
    assert total > 40
    assert "Page 1 of" not in built.pages[0]
    for number, page in enumerate(built.pages[1:], 2):
        assert f"Page {number} of {total}" in page
        assert "Audit pack GH-2026-0417" in page
        assert "Confidential, Alderholm Group" in page


def test_bookmarks_have_three_levels_in_the_order_of_the_pack(built: Built) -> None:
    outline = _flat(built)
    assert {level for level, _, _ in outline} == {1, 2, 3}
    assert [label for level, label, _ in outline if level == 1] == [
        "Cover",
        "How to read this pack",
        "Contents",
        "Summary",
        "Claims Triage Assistant",
        "Payment Screening and Name Matching (EMEA)",
        "Parking Assistant",
        "Evidence manifest",
        "Verification",
    ]
    assert [page for _, _, page in outline] == sorted(page for _, _, page in outline)


@pytest.mark.parametrize("service", ["Claims Triage Assistant", "Parking Assistant"])
def test_every_service_has_all_thirteen_chapters(built: Built, service: str) -> None:
    assert _chapters_of(built, service) == CHAPTERS


def test_bookmarks_lead_to_the_page_that_shows_the_heading(built: Built) -> None:
    for _, label, page in _flat(built):
        words = label.partition(" ")[2] if label[0].isdigit() else label
        shown = "Audit pack" if label == "Cover" else words.partition(",")[0]
        assert "".join(shown.split()) in "".join(built.pages[page - 1].split())


def test_the_contents_page_numbers_are_those_of_the_bookmarks(built: Built) -> None:
    outline = [(label, page) for _, label, page in _flat(built) if label not in ("Cover", "Contents")]
    first = next(page for _, label, page in _flat(built) if label == "Contents")
    last = next(page for _, label, page in _flat(built) if label == "Summary")
    contents = " ".join(built.pages[first - 1 : last - 1])
    place = 0
    for label, page in outline:
        found = re.compile(rf"{re.escape(label)} {page}\b").search(contents, place)
        assert found, f"{label!r} is not on the contents page with number {page}"
        place = found.end()


def test_the_contents_page_links_lead_where_they_say(built: Built) -> None:
    outline = [page for _, label, page in _flat(built) if label not in ("Cover", "Contents")]
    first = next(page for _, label, page in _flat(built) if label == "Contents")
    last = next(page for _, label, page in _flat(built) if label == "Summary")
    goals = []
    for page in built.reader.pages[first - 1 : last - 1]:
        links: Any = page["/Annots"]
        goals += [built.reader.get_page_number(link.get_object()["/Dest"][0].get_object()) for link in links]
    assert [goal + 1 for goal in goals] == outline


def test_of_several_reviews_each_has_a_number_and_its_sections_one_below(renderer: RenderingProcess) -> None:
    service = pack.claims_triage()
    earlier = replace(service.reviews[0], release="4.1.2")
    two = build(renderer, pack.contents(replace(service, reviews=(service.reviews[0], earlier))))
    labels = [(level, label) for level, label, _ in _flat(two)]
    assert (3, "3.1 Deployment review, release 4.2.0") in labels
    assert (3, "3.2 Deployment review, release 4.1.2") in labels
    assert not [label for _, label in labels if label.endswith("Environment")]
    assert "3.1.11 Documentation" in two.text
    assert "3.2.1 Environment" in two.text
    begins = next(page for _, label, page in _flat(two) if label.startswith("3.2"))
    assert two.pages[begins].startswith(
        "Claims Triage Assistant 3 Reviews · 3.2 Deployment review, release 4.1.2 Audit"
    )


def test_a_long_pack_lists_chapters_and_leaves_sections_to_the_side_bar() -> None:
    lines = [Line(level, str(level), f"Heading {level}", n, "pack:x#y") for n in range(60) for level in (1, 2, 3)]
    assert "Heading 3" in pack_pages.contents_page(lines).html
    lines *= 2
    assert "Heading 3" not in pack_pages.contents_page(lines).html
    assert "Heading 2" in pack_pages.contents_page(lines).html


def test_the_header_names_the_service_and_the_chapter_at_the_top(built: Built) -> None:
    starts = {label: page for _, label, page in _flat(built)}
    after_glance = built.pages[starts["Claims Triage Assistant"]]
    assert after_glance.startswith("Claims Triage Assistant 1 At a glance Audit pack")
    manifest = built.pages[starts["Evidence manifest"]]
    assert manifest.startswith("Evidence manifest b Claims Triage Assistant Audit pack")


def _chapters_of(built: Built, service: str) -> list[str]:
    found: list[str] = []
    inside = False
    for level, label, _ in _flat(built):
        if level == 1:
            inside = label == service
        elif level == 2 and inside:
            found.append(label)
    return found


def _flat(built: Built) -> list[tuple[int, str, int]]:
    return list(_entries(built, built.reader.outline, 1))


def _entries(built: Built, outline: list[Any], level: int) -> list[tuple[int, str, int]]:
    found: list[tuple[int, str, int]] = []
    for entry in outline:
        if isinstance(entry, list):
            found += _entries(built, entry, level + 1)
        else:
            found.append((level, str(entry.title), (built.reader.get_destination_page_number(entry) or 0) + 1))
    return found


def test_a_long_name_at_the_foot_leaves_room_for_the_page_number(renderer: RenderingProcess) -> None:
    made = build(renderer, pack.contents(pack.empty(), organisation="Holding of Many Companies " * 8))
    total = len(made.pages)
    assert f"… Page 2 of {total}" in made.pages[1]
