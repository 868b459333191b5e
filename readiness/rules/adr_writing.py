"""Writing a decision record as a file in the form of MADR 4, so that reading it gives the same record again. Pure."""

import datetime
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import yaml

from readiness.choices import DecisionRecordState as State
from readiness.rules import adr_front_matter, adr_headings, adr_options

LONGEST_NAME = 60


def file_name(number: int, title: str) -> str:
    """What the file of a record is called, such as `0012-retry-once.md`."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().casefold()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_NAME].strip("-")
    return f"{number:04}-{slug}.md" if slug else f"{number:04}.md"


def write(
    title: str,
    state: str,
    decided_on: datetime.date | None,
    content: Mapping[str, Any],
    *,
    superseded_by: tuple[int, str] | None = None,
    supersedes: Sequence[int] = (),
) -> str:
    """A record as Markdown. `superseded_by` is number and title of the one that took its place."""
    head = _front_matter(state, decided_on, content, superseded_by, supersedes)
    parts = [f"# {title}", str(content.get("preface", "")), *_sections(content)]
    return f"---\n{head}---\n\n" + "\n\n".join(part for part in parts if part) + "\n"


def _front_matter(
    state: str,
    decided_on: datetime.date | None,
    content: Mapping[str, Any],
    superseded_by: tuple[int, str] | None,
    supersedes: Sequence[int],
) -> str:
    status = State(state).value
    if state == State.SUPERSEDED and superseded_by:
        number, title = superseded_by
        status = f"superseded by [ADR-{number:04}]({file_name(number, title)})"
    said: dict[str, Any] = {"status": status}
    if decided_on:
        said["date"] = decided_on
    names = {"decision-makers": "decision_makers", "consulted": "consulted", "informed": "informed"}
    said |= {name: content[key] for name, key in names.items() if content.get(key)}
    if supersedes:
        said["supersedes"] = [f"ADR-{number:04}" for number in supersedes]
    known = yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=10_000)
    own = [block for key, block in adr_front_matter.blocks_of(str(content.get("front_matter", ""))) if key not in said]
    return known + "".join(f"{block}\n" for block in own if block)


def _sections(content: Mapping[str, Any]) -> Iterable[str]:
    rows: Sequence[Mapping[str, str]] = content.get("options", ())
    yield _section("## Context and Problem Statement", content.get("context"))
    yield _section("## Decision Drivers", content.get("drivers"))
    yield _section("## Considered Options", "\n".join(f"* {row['option']}" for row in rows))
    yield from _outcome(content, rows)
    weighed = [_option(row) for row in rows if any(row.get(key) for key in ("about", "pros", "neutral", "cons"))]
    if weighed:
        yield "\n\n".join(("## Pros and Cons of the Options", *weighed))
    for row in content.get("other", ()):
        yield f"## {row['title']}" + (f"\n\n{_text(row['text'])}" if row.get("text") else "")
    yield _section("## More Information", content.get("more"))


def _outcome(content: Mapping[str, Any], rows: Sequence[Mapping[str, str]]) -> Iterable[str]:
    """The decision with the chosen option named, where its text does not name it, and what belongs below it."""
    decision = str(content.get("decision", ""))
    taken = [row["option"] for row in rows if row.get("taken")]
    said = adr_options.chosen(decision, [row["option"] for row in rows])
    if taken and taken != said:
        names = '", "'.join(taken)
        decision = f'Chosen option{"s" if len(taken) > 1 else ""}: "{names}".\n\n{decision}'.rstrip()
    below = [
        _section("### Consequences", content.get("consequences")),
        _section("### Confirmation", content.get("confirmation")),
    ]
    if decision or any(below):
        yield _section("## Decision Outcome", decision) or "## Decision Outcome"
    yield from below


def _option(row: Mapping[str, str]) -> str:
    arguments = [
        f"* {word}, because {line}"
        for word, key in (("Good", "pros"), ("Neutral", "neutral"), ("Bad", "cons"))
        for line in row.get(key, "").splitlines()
        if line.strip()
    ]
    parts = (f"### {row['option']}", _text(row.get("about", "")), "\n".join(arguments))
    return "\n\n".join(part for part in parts if part)


def _section(heading: str, text: str | None) -> str:
    return f"{heading}\n\n{_text(text)}" if text else ""


def _text(text: str) -> str:
    return adr_headings.lowered(text)
