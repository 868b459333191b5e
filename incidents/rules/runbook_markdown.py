"""A runbook as a Markdown file, to keep at hand where the portal cannot be reached. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from incidents.rules import runbooks
from portal.rules.document_fields import DocumentField, Row


@dataclass(frozen=True)
class Place:
    """Which runbook it is: what it is called, of which service, which revision, who keeps it, its digest."""

    title: str
    service: str
    revision: int
    keeper: str
    digest: str


def written(place: Place, content: Mapping[str, Any]) -> str:
    """The file: what it is for, the numbered steps with their commands, and who to call. Commands stay exact."""
    lines = [f"# {place.title}", "", f"{place.service}, revision {place.revision}, kept by {place.keeper}  "]
    lines += [f"sha256 {place.digest}", ""]
    for group in runbooks.GROUPS:
        for field in group.fields:
            if value := content.get(field.key):
                lines += [f"## {field.label}", "", *_field(field, value), ""]
    return "\n".join(lines).rstrip() + "\n"


def _field(field: DocumentField, value: Any) -> Iterator[str]:
    if not field.is_table:
        yield str(value)
    elif field.key == runbooks.STEPS.key:
        yield from _steps(value)
    else:
        yield from _rows(field, value)


def _steps(rows: Sequence[Row]) -> Iterator[str]:
    for number, row in enumerate(rows, start=1):
        yield f"{number}. **{row['do']}**"
        yield from _indented(_more(row), len(f"{number}. "))


def _rows(field: DocumentField, rows: Sequence[Row]) -> Iterator[str]:
    first = field.columns[0].key
    plain = [column for column in field.columns[1:] if not column.is_wide]
    for row in rows:
        said = [row[column.key] for column in plain if row.get(column.key)]
        yield "- " + ", ".join([f"**{row[first]}**", *said])
        yield from _indented(_more(row), 2)


def _more(row: Row) -> Iterator[str]:
    if note := row.get("note"):
        yield from ("", note)
    if command := row.get("command"):
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", command)), default=0))
        yield from ("", f"{fence}sh", command, fence)
    if expect := row.get("expect"):
        yield from ("", f"One sees: {expect}")


def _indented(texts: Iterator[str], by: int) -> Iterator[str]:
    for text in texts:
        yield from (" " * by + line if line else "" for line in text.split("\n"))
