"""Where a record stands, and since when, from the words of a file. Pure."""

import datetime
import re

from readiness.choices import DecisionRecordState as State
from readiness.rules import adr_references
from readiness.rules.adr_found import Found
from readiness.rules.adr_references import Reference

STATES = {
    "proposed": State.PROPOSED,
    "draft": State.PROPOSED,
    "accepted": State.ACCEPTED,
    "approved": State.ACCEPTED,
    "rejected": State.REJECTED,
    "deprecated": State.DEPRECATED,
    "superseded": State.SUPERSEDED,
    "superceded": State.SUPERSEDED,
}
_BY = re.compile(r"\b(?:superseded|superceded|replaced)\s+by\b[:\s]*(.*)", re.IGNORECASE)
_OVER = re.compile(r"\b(?:supersedes|supercedes|replaces)\b[:\s]*(.*)", re.IGNORECASE)


def take_status(found: Found, text: str) -> bool:
    """Reads where a record stands from its words; whether nothing was left that is not understood."""
    understood = True
    for line in (line.strip() for line in text.splitlines() if line.strip()):
        understood &= _take_status_line(found, line)
    if found.state is None:
        found.state = State.PROPOSED
        found.notes.append(f"“{text.strip()[:60]}” is no standing we know; it is taken in as proposed.")
    return understood


def superseded_in(line: str) -> list[Reference]:
    """The records that a line says this one supersedes; none where it says nothing of it."""
    over = _OVER.search(line)
    return adr_references.references(over[1]) if over else []


def day(words: str) -> datetime.date | None:
    """A day as a file writes it; None for words that are none."""
    try:
        return datetime.date.fromisoformat(words.strip().strip("\"'").replace("/", "-"))
    except ValueError:
        return None


def _take_status_line(found: Found, line: str) -> bool:
    line = line.removeprefix("* ").removeprefix("- ")
    if by := _BY.search(line):
        named = adr_references.references(by[1])
        found.state = State.SUPERSEDED
        found.by = found.by or (named[0] if named else None)
        return bool(named) and len(named) == 1 and not line[: by.start()].strip() and adr_references.is_reference(by[1])
    if over := _OVER.search(line):
        named = adr_references.references(over[1])
        found.over += named
        return bool(named) and not line[: over.start()].strip(" ,;") and adr_references.is_reference(over[1])
    word = line.strip(" .*_`").casefold()
    first = re.match(r"[a-z]+", word)
    if not first or first[0] not in STATES:
        return False
    if found.state is None or found.state == State.ACCEPTED:
        found.state = STATES[first[0]]
    return word == STATES[first[0]].value
