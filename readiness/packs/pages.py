"""An audit pack's pages as HTML: each document is rendered by itself, and documents are joined to parts.

A service's pages begin a new document where a chapter opens a page and the document is long enough, so that no
rendering grows with what a service has gone through. They say nothing of the pack they are printed in: no number, no
time of making, no position.
"""

import itertools
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.template.loader import render_to_string

from portal.pdf.numbering import Line
from portal.pdf.resources import Resource
from readiness.packs import figures
from readiness.rules import pack_sections, pack_summary
from readiness.rules.pack_contents import PackContents, Pillar, ServiceChapterData
from readiness.rules.pack_manifest import Entry
from readiness.rules.pack_reviews import Evidence, Review
from readiness.rules.pack_sections import Column
from readiness.rules.pack_signatures import Meaning, SignOff
from readiness.rules.printed_documents import PrintedDocument

FOLDER = "readiness/audit_pack"
ITEMS_A_DOCUMENT = 60
EVENTS_PRINTED = 400
"""The newest of them, some 15 pages and so one document; the data file holds all."""
FILES_A_DOCUMENT = 120
LETTERS_A_DOCUMENT = 80_000
"""Of HTML; some 25 pages. A longer document takes more memory, shorter ones must be joined."""
LINES_ON_COVER, LETTERS_A_LINE = 7, 58
"""The room that the names of the services have on the cover."""
LINES_IN_FULL = 200
LINES_KEPT = 22
"""A longer block of the contents may go on over the page."""
PAGE_HEIGHT, TITLE_HEIGHT = 689.0, 51.0
LINE_HEIGHTS = {1: 40.1, 2: 18.5, 3: 13.4}
"""Points: a page's text, the title of the contents, its lines by level (a first-level line with the space above)."""


@dataclass(frozen=True, slots=True)
class Document:
    """One page of HTML of any length, and the pictures it alone may use."""

    html: str
    own: Mapping[str, Resource] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter of a service, or a piece of a long one. Its template says which of the later fields it reads."""

    number: int
    title: str
    template: str
    opens_page: bool = False
    has_heading: bool = True
    subject: Any = None
    run: int = 0
    sections: Sequence[Any] = ()
    standing: Sequence[SignOff] = ()
    void: Sequence[SignOff] = ()
    meanings: Sequence[Meaning] = ()
    policies: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class FilePiece:
    """Files of evidence of one service in the manifest; `letter` numbers its heading and is empty where it goes on."""

    service: ServiceChapterData
    files: Sequence[Entry]
    letter: str


def cover(contents: PackContents) -> Document:
    """The first page."""
    address = contents.cover.address
    shown = _fitting_cover(contents.services)
    own = {"pack:cover/address.svg": Resource(figures.code(address), "image/svg+xml")} if address else {}
    return _document(
        "cover",
        own,
        cover=contents.cover,
        shown=shown,
        not_shown=len(contents.services) - len(shown),
        has_code=bool(address),
    )


def _fitting_cover(services: Sequence[ServiceChapterData]) -> Sequence[ServiceChapterData]:
    lines = itertools.accumulate(-(-len(service.name) // LETTERS_A_LINE) for service in services)
    return services[: sum(count <= LINES_ON_COVER for count in lines)]


def reading(contents: PackContents) -> Document:
    """How to read the pack."""
    return _document("reading", meanings=contents.meanings)


def contents_page(lines: Sequence[Line]) -> Document:
    """The table of contents, one block for each first-level heading; see _in_contents for what it leaves out."""
    return _document("contents", groups=_in_contents(lines))


def likely_contents_pages(lines: Sequence[Line]) -> int:
    """How many pages the table of contents will probably take: right in most cases, which saves rendering it twice."""
    pages, room = 1, PAGE_HEIGHT - TITLE_HEIGHT
    for group in _in_contents(lines):
        heights = [LINE_HEIGHTS[line.level] for line in group]
        for height in [sum(heights)] if len(group) <= LINES_KEPT else heights:
            if height > room:
                pages, room = pages + 1, PAGE_HEIGHT
            room -= height
    return pages


def _in_contents(lines: Sequence[Line]) -> list[list[Line]]:
    """Blocks of lines. In a long pack third-level headings are left to the side bar, which has all of them."""
    deepest = 3 if len(lines) <= LINES_IN_FULL else 2
    groups: list[list[Line]] = []
    for line in lines:
        if line.level == 1 or not groups:
            groups.append([])
        if line.level <= deepest:
            groups[-1].append(line)
    return groups


def summary(contents: PackContents) -> Document:
    """All services side by side, and what needs attention."""
    rows = pack_summary.rows(contents.services)
    return _document(
        "summary",
        services=contents.services,
        rows=rows,
        checks_are_kept=any(row.checks_overdue is not None for row in rows),
        decisions=pack_summary.decisions(contents.services),
        exceptions=pack_summary.exceptions(contents.services),
        findings=pack_summary.findings(contents.services),
        pillar_tables=[_pillar_table(group) for group in _batches(contents.services, 3)],
    )


def verification(contents: PackContents) -> Document:
    """How to check the pack, with or without the portal."""
    return _document("verification", cover=contents.cover, verification=contents.verification)


def manifest(contents: PackContents) -> list[Document]:
    """The files of the archive: first those of data, then those of each service, in documents of bounded length."""
    files = [evidence_files(service) for service in contents.services]
    pieces = [
        FilePiece(service, batch, _letter(number) if is_first else "")
        for number, (service, of_service) in enumerate(zip(contents.services, files, strict=True), 1)
        for batch, is_first in _marked(_batches(of_service, FILES_A_DOCUMENT) or [()])
    ]
    count = len({file.path for of_service in files for file in of_service})
    return [
        _document("manifest", pieces=batch, is_first=is_first, data_files=contents.data_files, evidence_files=count)
        for batch, is_first in _marked(
            _by_size(pieces, [len(piece.files) for piece in pieces], FILES_A_DOCUMENT) or [[]]
        )
    ]


def evidence_files(service: ServiceChapterData) -> list[Entry]:
    """The files of evidence of a service as they lie in the archive: each path once, in the order of the items."""
    found = {piece.path: _entry(piece, service) for piece in service.evidence if piece.path}
    return list((found | {entry.path: entry for entry in service.files}).values())


def service(service: ServiceChapterData) -> list[Document]:
    """All pages of a service."""
    own = {
        f"pack:bar/{number}.svg": Resource(figures.bar(review.counts), "image/svg+xml")
        for number, review in enumerate(service.reviews, 1)
    }
    runs = [
        render_to_string(f"{FOLDER}/_run.html", {"service": service, "chapters": chapters, "is_first": is_first})
        for chapters, is_first in _marked(_by_page(_chapters(service)))
    ]
    return [
        _document("service", own if is_first else {}, service=service, runs=batch)
        for batch, is_first in _marked(_by_size(runs, [len(run) for run in runs], LETTERS_A_DOCUMENT))
    ]


def printed_document(printed: PrintedDocument) -> Document:
    """One revision of a document by itself."""
    return _document("document", printed=printed)


def _chapters(service: ServiceChapterData) -> Iterator[Chapter]:
    yield Chapter(1, "At a glance", f"{FOLDER}/_glance.html")
    yield Chapter(2, "Ownership", f"{FOLDER}/_ownership.html")
    yield from _review_chapters(service.reviews)
    yield _signoff_chapter(service)
    yield Chapter(5, "Waivers", f"{FOLDER}/_waivers.html")
    yield Chapter(6, "Decision record", f"{FOLDER}/_decisions.html", opens_page=bool(service.decisions))
    for number, title in pack_sections.CHAPTERS.items():
        sections = [section for section in service.sections if section.number == number]
        opens_page = number in pack_sections.OPENS_A_PAGE and any(section.is_long for section in sections)
        yield Chapter(number, title, f"{FOLDER}/_contributed.html", opens_page, sections=sections)
    events = service.trail.events[-EVENTS_PRINTED:]
    yield Chapter(13, "Audit trail, excerpt", f"{FOLDER}/_trail.html", subject=events)


def _review_chapters(reviews: Sequence[Review]) -> Iterator[Chapter]:
    """Of a single review the sections are 3.1, 3.2; of several each review is, and its sections are 3.1.1, 3.1.2."""
    chapter = Chapter(3, "Reviews", f"{FOLDER}/_review.html", opens_page=bool(reviews))
    for place, review in enumerate(reviews, 1):
        number = f"{place}." if len(reviews) > 1 else ""
        numbered = [(f"{number}{at}", section) for at, section in enumerate(review.sections, 1)]
        sizes = [len(section.items) for section in review.sections]
        for sections, is_start in _marked(_by_size(numbered, sizes, ITEMS_A_DOCUMENT) or [[]]):
            yield replace(
                chapter,
                has_heading=place == 1 and is_start,
                subject=review if is_start else None,
                sections=sections,
                run=place if number else 0,
            )
    if not reviews:
        yield chapter


def _signoff_chapter(service: ServiceChapterData) -> Chapter:
    return Chapter(
        4,
        "Sign-offs",
        f"{FOLDER}/_signoffs.html",
        opens_page=bool(service.signoffs),
        standing=[one for one in service.signoffs if one.void is None],
        void=[one for one in service.signoffs if one.void is not None],
        meanings=list(dict.fromkeys(one.signature.meaning for one in service.signoffs)),
        policies=list(dict.fromkeys(one.signature.policy for one in service.signoffs if one.signature.policy)),
    )


def _pillar_table(services: Sequence[ServiceChapterData]) -> dict[str, Any]:
    """Columns and rows of the pillars of up to three services, by the titles of all of them."""
    titles = dict.fromkeys(pillar.title for service in services for pillar in service.glance.pillars)
    of_service: list[dict[str, Pillar]] = [{p.title: p for p in service.glance.pillars} for service in services]
    name = 42 if len(services) == 3 else 52  # a third column takes the room
    columns = [Column(service.title, (168 - name) / len(services)) for service in services]
    return {
        "columns": [Column("Pillar", name), *columns],
        "rows": [(title, [pillars.get(title) for pillars in of_service]) for title in titles],
    }


def _by_page(chapters: Iterable[Chapter]) -> list[list[Chapter]]:
    pages: list[list[Chapter]] = []
    for chapter in chapters:
        if chapter.opens_page or not pages:
            pages.append([])
        pages[-1].append(chapter)
    return pages


def _by_size(things: Sequence[Any], sizes: Sequence[int], most: int) -> list[list[Any]]:
    """Things in order, in groups whose sizes add up to `most` or less, where no single thing is larger."""
    groups: list[list[Any]] = []
    room = 0
    for thing, size in zip(things, sizes, strict=True):
        if not groups or size > room:
            groups.append([])
            room = most
        groups[-1].append(thing)
        room -= size
    return groups


def _entry(piece: Evidence, service: ServiceChapterData) -> Entry:
    return Entry(piece.path, piece.name, piece.size or 0, piece.digest, service.slug)


def _batches(things: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [things[at : at + size] for at in range(0, len(things), size)]


def _marked(things: Iterable[Any]) -> Iterator[tuple[Any, bool]]:
    """Each thing, and whether it is the first."""
    return zip(things, itertools.chain([True], itertools.repeat(False)), strict=False)


def _letter(number: int) -> str:
    """1 is b, since a is the data; after z comes aa."""
    rounds, place = divmod(number, len(string.ascii_lowercase))
    letter = string.ascii_lowercase[place]
    return f"{string.ascii_lowercase[rounds - 1]}{letter}" if rounds else letter


def _document(template: str, own: Mapping[str, Resource] | None = None, **context: object) -> Document:
    html = render_to_string(f"{FOLDER}/{template}.html", context)
    return Document(html.replace(" %", "\u00a0%"), own or {})
