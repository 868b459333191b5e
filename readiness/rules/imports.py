"""Reading a CSV of services or owners: its encoding, its columns, its cells, and the report of each row."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from portal import canonical
from portal.errors import DomainError
from readiness.choices import AssignmentRole
from readiness.rules.services import LIMITS, Facts

MOST_BYTES = 1024**2
MOST_ROWS = 1000

SERVICES, OWNERS = "services", "owners"
TICKS = ("automated_retraining", "streaming", "caching", "personal_data", "user_facing", "file_uploads", "restricted")
NEEDED = {
    SERVICES: ("slug",),
    OWNERS: ("service", "domain", "person", "role"),
}
"""The columns that a file must have, by its kind. A new service needs those of NEW as well."""

NEW = ("name", "team", "owner", "tier", "tier_reason", "sourcing")

COLUMNS = {
    SERVICES: (
        *NEEDED[SERVICES],
        *NEW,
        "description",
        *TICKS,
        "regulations",
        "residency",
        "consent",
        "deletion",
        "serving_stack",
        "repository_url",
    ),
    OWNERS: NEEDED[OWNERS],
}
"""All columns, in the order of our own files."""

_YES, _NO = ("yes", "true", "1", "x"), ("no", "false", "0", "")
_TEXTS = (*LIMITS, "repository_url")

Cells = Mapping[str, str]
Plain = Callable[[str], str]
Errors = dict[str, list[str]]


@dataclass(frozen=True)
class Line:
    """One row of the file: the line it begins on, its cells by column, and what is wrong with its shape."""

    number: int
    cells: Cells
    problem: str = ""


@dataclass(frozen=True)
class RowReport:
    """What a row does, or why it cannot: `outcome` is new, changed, same or refused; errors are column and message."""

    line: int
    name: str
    outcome: str
    words: str = ""
    errors: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Report:
    """What a file does, row by row.

    `applied` says whether it was done; `is_stale` that it was not, because it would now do something else than shown.
    """

    kind: str
    rows: tuple[RowReport, ...]
    applied: bool = False
    is_stale: bool = False

    @property
    def refused(self) -> int:
        """How many rows cannot be done."""
        return self.counted("refused")

    @property
    def digest(self) -> str:
        """What the file does, to compare what is confirmed with what was shown."""
        return canonical.digest([[row.line, row.name, row.outcome, row.words] for row in self.rows])

    def counted(self, outcome: str) -> int:
        """How many rows have this outcome."""
        return sum(1 for row in self.rows if row.outcome == outcome)


def read(content: bytes, kind: str, plain: Plain) -> tuple[Line, ...]:
    """The rows of a file; `plain` takes off what our own exports add to a cell.

    Commas, semicolons and tabs part cells; UTF-8 with or without byte-order mark. Raises DomainError at `file` for a
    file that is too large, not text, no CSV, or has not the columns it needs.
    """
    rows = _rows(_text(content))
    _, header = next(rows, (0, []))
    columns = [_column(cell) for cell in header]
    if problems := list(_header_problems(columns, kind)):
        raise DomainError(problems[0], {"file": problems})
    lines = tuple(_line(number, row, columns, plain) for number, row in rows if any(cell.strip() for cell in row))
    if not lines:
        raise refused("The file has no rows below its header.")
    if len(lines) > MOST_ROWS:
        raise refused(f"The file has {len(lines):,} rows; {MOST_ROWS:,} is the most. Split it.")
    return lines


def said_before(lines: Sequence[Line], kind: str) -> dict[int, Errors]:
    """Which lines say again, or otherwise, what an earlier one says; by line. Of two, none wins in silence."""
    columns = {SERVICES: ("slug",), OWNERS: ("service", "domain", "person")}[kind]
    found: dict[int, Errors] = {}
    named: dict[tuple[str, ...], int] = {}
    accountable: dict[tuple[str, ...], int] = {}
    for line in lines:
        who = tuple(line.cells.get(column, "").lower() for column in columns)
        if not all(who):
            continue
        is_accountable = line.cells.get("role", "").lower() == AssignmentRole.ACCOUNTABLE
        if (first := named.setdefault(who, line.number)) != line.number:
            words = f"Line {first} has the same {' and '.join(columns)}. Keep one of them."
            found[line.number] = {columns[-1]: [words]}
        elif is_accountable and (first := accountable.setdefault(who[:2], line.number)) != line.number:
            words = f"Line {first} makes somebody else accountable for this domain. Only one person can be."
            found[line.number] = {"role": [words]}
    return found


def facts_of(cells: Cells, standing: Facts | None = None) -> tuple[Facts, Errors]:
    """A row's facts, and what cannot be read in it by column. A column the file leaves out keeps what stands."""
    given: dict[str, Any] = {name: cells[name] for name in _TEXTS if name in cells}
    errors: Errors = {}
    for name in TICKS:
        if name in cells and name != "restricted":
            given[name] = _ticked(cells, name, errors)
    if "tier" in cells:
        given["tier"] = int(cells["tier"]) if cells["tier"] in ("1", "2", "3", "4") else 0
    if "sourcing" in cells:
        given["sourcing"] = _key(cells["sourcing"])
    if "regulations" in cells:
        given["regulations"] = tuple(_key(part) for part in re.split(r"[;,|]", cells["regulations"]) if part.strip())
    return replace(standing or Facts(name="", tier=0, tier_reason="", sourcing=""), **given), errors


def missing_of(cells: Cells) -> Errors:
    """What the row of a new service lacks, by column, because the file leaves the column out."""
    return {name: ["A new service needs this column."] for name in NEW if name not in cells}


def restricted_of(cells: Cells, standing: bool = False) -> tuple[bool, Errors]:
    """Whether a row's service is seen by its team only, and what cannot be read."""
    errors: Errors = {}
    return _ticked(cells, "restricted", errors) if "restricted" in cells else standing, errors


def row_of(facts: Facts, *, slug: str, team: str, owner: str, restricted: bool) -> list[str]:
    """A service as a row of our own file, in the order of COLUMNS."""
    given: dict[str, Any] = {name: getattr(facts, name) for name in Facts.__dataclass_fields__}
    given |= {"slug": slug, "team": team, "owner": owner, "restricted": restricted}
    return [_written(given[name]) for name in COLUMNS[SERVICES]]


def refused(message: str) -> DomainError:
    """The refusal of a whole file."""
    return DomainError.of({"file": [message]})


def _text(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise refused(f"The file has {len(content) / 1024**2:.1f} MB; 1 MB is the most. Split it.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refused("The file is UTF-16. Save it as “CSV UTF-8”.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise refused(f"Line {line} is not UTF-8. Save the file as “CSV UTF-8”.") from error
    if "\0" in text:
        raise refused("This is no text file.")
    return text


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line it begins on."""
    head = re.split(r"[\r\n]", text, maxsplit=1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
    begins = 1
    try:
        for row in reader:
            yield begins, row
            begins = reader.line_num + 1
    except csv.Error as error:
        raise refused(f"Line {begins} cannot be read: {error}. Look at its quotation marks.") from error


def _header_problems(columns: Sequence[str], kind: str) -> Iterator[str]:
    known = ", ".join(COLUMNS[kind])
    if missing := [name for name in NEEDED[kind] if name not in columns]:
        yield f"The first line lacks the column{'s'[: len(missing) > 1]} {', '.join(missing)}."
    if strange := sorted({name for name in columns if name not in COLUMNS[kind]}):
        yield f"There is no column {', '.join(f'“{name[:60]}”' for name in strange[:5])}. Use {known}."
    if twice := sorted({name for name in columns if columns.count(name) > 1}):
        yield f"The column {', '.join(twice[:5])} stands twice."


def _line(number: int, row: Sequence[str], columns: Sequence[str], plain: Plain) -> Line:
    cells = {name: plain(cell.strip()) for name, cell in zip(columns, row, strict=False)}
    if len(row) == len(columns):
        return Line(number, cells)
    return Line(number, cells, f"This row has {len(row)} cells, the first line has {len(columns)}.")


def _column(cell: str) -> str:
    return _key(cell).replace("-", "_")


def _key(cell: str) -> str:
    """A word as our keys are written: “Third-party API” as third-party-api."""
    return "-".join(cell.lower().split())


def _ticked(cells: Cells, name: str, errors: Errors) -> bool:
    word = cells[name].lower()
    if word not in (*_YES, *_NO):
        errors[name] = [f"“{cells[name][:40]}” is neither yes nor no."]
    return word in _YES


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "; ".join(value) if isinstance(value, tuple) else str(value)
