"""Reading a decision record from a file as people keep them: MADR 2 to 4 and Nygard's form. Pure.

What is understood goes into its field; everything else is kept word for word (the preface, further sections, the front
matter), so that nothing is lost; nothing is put into a field that the file does not say. Headings below the third level
are text of the section they stand in.
"""

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from portal.rules import document_fields
from readiness.choices import DecisionRecordState as State
from readiness.rules import adr_front_matter, adr_headings, adr_options, adr_references, adr_standing
from readiness.rules.adr_found import Found
from readiness.rules.adr_headings import Section
from readiness.rules.adr_references import Reference

_NUMBERED_TITLE = re.compile(r"(?:adr[-_ ]?0*(\d{1,6})\s*[.:)–—-]?|0*(\d{1,6})\s*[.:)–—-])\s+", re.IGNORECASE)
_PAIR = re.compile(r"(?:[*+-]\s+)?(?:\*\*|__)?([A-Za-z][A-Za-z -]{2,20}?)(?:\*\*|__)?\s*:\s*(?:\*\*|__)?\s*(\S.*)")


@dataclass(frozen=True)
class AdrFile:
    """What a file says. `notes` are what its owner should know."""

    path: str
    number: int | None
    title: str
    state: State
    decided_on: datetime.date | None
    content: Mapping[str, Any]
    superseded_by: Reference | None = None
    supersedes: tuple[Reference, ...] = ()
    notes: tuple[str, ...] = ()


def read(path: str, text: str) -> AdrFile:
    """What a file of Markdown says as a decision record; `path` is its place in the folder."""
    found = Found()
    front, body = adr_front_matter.parted(document_fields.plain_lines(text.removeprefix("\ufeff")))
    adr_front_matter.take(found, front)
    _name(found, path, list(adr_headings.sections(body)))
    if found.state in (None, State.PROPOSED) and found.decided_on:
        found.add("front_matter", f"date: {found.decided_on}")
        found.decided_on = None
    return AdrFile(
        path,
        found.number,
        found.title,
        found.state or State.PROPOSED,
        found.decided_on,
        document_fields.tidied(_fields(), _content(found)),
        found.by,
        tuple(found.over),
        tuple(found.notes),
    )


@cache
def _fields() -> tuple[document_fields.DocumentField, ...]:
    from readiness.rules import decision_records

    return decision_records.FIELDS


def _content(found: Found) -> dict[str, Any]:
    content: dict[str, Any] = {key: "\n\n".join(parts) for key, parts in found.texts.items()}
    content["front_matter"] = "\n".join(found.texts.get("front_matter", ()))
    return {**content, **found.people, "options": found.options, "other": found.other}


def _name(found: Found, path: str, sections: list[Section]) -> None:
    """Takes number and title from the first heading and the file's name, then the sections one by one."""
    found.number = adr_references.file_number(path)
    preface = [sections[0].text]
    rest = sections[1:]
    if rest and adr_headings.is_title(rest, bool(found.title)):
        head, rest = rest[0], rest[1:]
        if found.title and found.title != head.title:
            found.add("front_matter", f"title: {adr_front_matter.quoted(found.title)}")
        found.title = head.title
        preface.append(head.text)
    if not found.title:
        found.title = adr_references.title_of_file(path)
        found.notes.append("It has no heading; its title is taken from the name of the file.")
    numbered = _NUMBERED_TITLE.match(found.title)
    if numbered and found.title[numbered.end() :].strip():
        own = int(numbered[1] or numbered[2])
        if found.number in (None, own):
            found.number, found.title = own, found.title[numbered.end() :].strip()
    _take_preface(found, "\n".join(preface))
    _take_sections(found, rest)


def _take_preface(found: Found, text: str) -> None:
    """Takes the lines of `Key: value` that are understood; the others are the preface."""
    had_status = found.state is not None
    kept = []
    for line in text.split("\n"):
        pair = _PAIR.fullmatch(line.strip())
        if not pair or not _take_pair(found, pair[1].casefold(), pair[2].strip(), had_status):
            kept.append(line)
    found.add("preface", "\n".join(kept))


def _take_pair(found: Found, name: str, value: str, had_status: bool) -> bool:
    if name == "status":
        return not had_status and adr_standing.take_status(found, value)
    if name == "date":
        if found.decided_on is not None:
            return False
        found.decided_on = adr_standing.day(value)
        return found.decided_on is not None
    return name in adr_front_matter.PEOPLE and adr_front_matter.take_people(found, name, value)


def _take_sections(found: Found, sections: Sequence[Section]) -> None:
    had_status = found.state is not None
    place = 0
    while place < len(sections):
        section = sections[place]
        below = adr_headings.below(sections, place)
        place += 1 + len(below)
        if section.key == "weighed":
            adr_options.take_weighed(found, section, below)
        elif below or not _take_short(found, section, had_status):
            _take_text(found, section, adr_headings.lowered(adr_headings.with_subsections(section, below)))
        _take_links(found, section)
    adr_options.take_chosen(found)


def _take_short(found: Found, section: Section, had_status: bool) -> bool:
    """Takes a section that is no text: the status, the day, the list of options. Whether all of it was understood."""
    match section.key:
        case "status":
            return not had_status and adr_standing.take_status(found, section.text)
        case "date" if found.decided_on is None:
            found.decided_on = adr_standing.day(section.text)
            return found.decided_on is not None
        case "considered":
            return adr_options.take_list(found, section.text)
    return False


def _take_text(found: Found, section: Section, text: str) -> None:
    if section.key in ("positive", "negative"):
        found.add("consequences", f"#### {section.title}\n\n{document_fields.plain_lines(text)}")
    elif section.key in ("decision", "context", "drivers", "consequences", "confirmation", "more"):
        found.add(section.key, text)
    else:
        found.keep(section.title, text)


def _take_links(found: Found, section: Section) -> None:
    """A section of links may say what a record supersedes; its words stay where they are."""
    if section.key or adr_headings.plain(section.title) not in ("links", "related", "related decisions"):
        return
    for line in section.text.splitlines():
        found.over += adr_standing.superseded_in(line)
