"""What a document is made of: fields of text, of one line, and tables of rows. Pure.

A document's content is plain JSON by field: text for a text or a line, a list of rows for a table, each row text by
column. What is empty is left out, so that two contents are equal exactly when they say the same.
"""

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.rules import texts

Row = Mapping[str, str]
Content = Mapping[str, Any]

LONGEST_TEXT = 50_000
LONGEST_LINE = 300
MOST_ROWS = 200


class FieldKind(enum.StrEnum):
    """How a field is written and read."""

    LINE = "line"
    TEXT = "text"
    ROWS = "rows"


@dataclass(frozen=True)
class Column:
    """One column of a table. `choices` by key limits it to these words; a row without a `required` one is refused.

    The `is_key` columns together name a row, so that two revisions can be compared row by row.
    """

    key: str
    label: str
    required: bool = False
    is_number: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    is_wide: bool = False
    is_key: bool = False


@dataclass(frozen=True)
class DocumentField:
    """One field: its key in the content, what people call it, what belongs there.

    `is_asked`: its lack is shown. `check` says in words what is wrong with its text, beyond what no text may hold.
    `is_exact`: its signs are shown as they are, not as Markdown.
    """

    key: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    hint: str = ""
    columns: tuple[Column, ...] = ()
    is_asked: bool = True
    check: Callable[[str], str] | None = None
    is_exact: bool = False

    @property
    def is_table(self) -> bool:
        """Whether it holds rows."""
        return self.kind == FieldKind.ROWS


@dataclass(frozen=True)
class FieldGroup:
    """Fields that are read together, under one heading."""

    key: str
    title: str
    fields: tuple[DocumentField, ...]


def fields_of(groups: Sequence[FieldGroup]) -> tuple[DocumentField, ...]:
    """All fields, in the order of their groups."""
    return tuple(field for group in groups for field in group.fields)


def tidied(fields: Sequence[DocumentField], content: Content) -> dict[str, Any]:
    """The content as it is kept: line ends of one kind, no blanks around, nothing empty."""
    kept = {field.key: _tidied(field, content.get(field.key)) for field in fields}
    return {key: value for key, value in kept.items() if value}


def _tidied(field: DocumentField, value: Any) -> Any:
    match field.kind:
        case FieldKind.LINE:
            return texts.tidied(value or "")
        case FieldKind.TEXT:
            return plain_lines(value or "")
        case FieldKind.ROWS:
            rows = [
                {column.key: _cell(column, row.get(column.key, "")) for column in field.columns} for row in value or ()
            ]
            return [{key: cell for key, cell in row.items() if cell} for row in rows if any(row.values())]


def _cell(column: Column, cell: str) -> str:
    return plain_lines(cell) if column.is_wide else texts.tidied(cell)


def plain_lines(text: str) -> str:
    """A text of several lines with one kind of line end and none around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").rstrip()


def refusals(fields: Sequence[DocumentField], content: Content) -> texts.Refusals:
    """What is wrong with a tidied content, by field."""
    found = {field.key: _refusals(field, content[field.key]) for field in fields if field.key in content}
    return {key: words for key, words in found.items() if words}


def _refusals(field: DocumentField, value: Any) -> list[str]:
    if field.is_table:
        if len(value) > MOST_ROWS:
            return [f"This has {len(value)} rows; {MOST_ROWS} are the most."]
        return [words for number, row in enumerate(value, start=1) for words in _of_row(field, number, row)]
    is_line = field.kind == FieldKind.LINE
    words = texts.refusal(value, LONGEST_LINE if is_line else LONGEST_TEXT, one_line=is_line)
    if not words and field.check:
        words = field.check(value)
    return [words] if words else []


def _of_row(field: DocumentField, number: int, row: Row) -> list[str]:
    found = [(column.label, _of_cell(column, row.get(column.key, ""))) for column in field.columns]
    return [f"Row {number}, {label.lower()}: {words}" for label, words in found if words]


def _of_cell(column: Column, cell: str) -> str:
    if not cell:
        return "this is missing." if column.required else ""
    if column.is_number and number(cell) is None:
        return f"“{cell[:40]}” is no number; write it with a point, such as 1.5."
    if column.choices and cell not in dict(column.choices):
        return "choose one of the list."
    limit = LONGEST_TEXT if column.is_wide else LONGEST_LINE
    return texts.refusal(cell, limit, one_line=not column.is_wide)


def number(cell: str) -> Decimal | None:
    """What a cell of numbers holds; None where it holds none."""
    try:
        found = Decimal(cell)
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found.adjusted()) < 30 else None


def missing(fields: Sequence[DocumentField], content: Content) -> list[DocumentField]:
    """The fields that are asked for and say nothing yet."""
    return [field for field in fields if field.is_asked and not content.get(field.key)]


def changed(fields: Sequence[DocumentField], before: Content, after: Content) -> list[DocumentField]:
    """The fields that say something else after than before."""
    return [field for field in fields if before.get(field.key) != after.get(field.key)]
