"""Two texts, or two contents of a document, side by side, down to the words that differ. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from rapidfuzz.distance import LCSseq

from portal.rules import document_fields
from portal.rules.document_fields import Content, DocumentField, Row

WORDS = re.compile(r"\s+|\w+|[^\w\s]")
LARGEST = 4_000_000
"""Of the product of two lengths that are compared, which is what memory goes by: 2,000 lines against 2,000."""

Mark = Literal["same", "gone", "new"]


@dataclass(frozen=True)
class Piece:
    """Some words of one side, and whether the other side has them too."""

    text: str
    mark: Mark


@dataclass(frozen=True)
class Pair:
    """One line of each side, in pieces; a side that lacks the line is None."""

    before: tuple[Piece, ...] | None
    after: tuple[Piece, ...] | None

    @property
    def is_same(self) -> bool:
        """Whether both sides read alike."""
        return self.before == self.after


def by_words(before: str, after: str) -> list[Pair]:
    """The lines of two texts beside each other; in lines that were changed, the words that were."""
    old, new = before.splitlines(), after.splitlines()
    pairs: list[Pair] = []
    for kept, before_run, after_run in runs(old, new):
        pairs += _same(before_run) if kept else _replaced(before_run, after_run)
    return pairs


def runs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, Sequence[str], Sequence[str]]]:
    """Two sequences cut where they part and meet again: whether a run is on both sides, and what it is on each.

    By the longest common subsequence, whose cost is bound whatever the texts are: a search for the longest blocks, as
    `difflib` has it, takes the cube of the length where somebody writes two words in turn. What is longer than
    `LARGEST` allows is one run that differs.
    """
    at, there = 0, 0
    if len(old) * len(new) > LARGEST:
        yield False, old, new
        return
    for step in LCSseq.opcodes(old, new):
        if step.tag == "equal":
            if step.src_start > at or step.dest_start > there:
                yield False, old[at : step.src_start], new[there : step.dest_start]
            yield True, old[step.src_start : step.src_end], new[step.dest_start : step.dest_end]
            at, there = step.src_end, step.dest_end
    if at < len(old) or there < len(new):
        yield False, old[at:], new[there:]


def _same(lines: Sequence[str]) -> list[Pair]:
    return [Pair((Piece(line, "same"),), (Piece(line, "same"),)) for line in lines]


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[Pair]:
    for number in range(max(len(old), len(new))):
        if number >= len(new):
            yield Pair((Piece(old[number], "gone"),), None)
        elif number >= len(old):
            yield Pair(None, (Piece(new[number], "new"),))
        else:
            yield _line(old[number], new[number])


def _line(before: str, after: str) -> Pair:
    old, new = WORDS.findall(before), WORDS.findall(after)
    gone: list[Piece] = []
    come: list[Piece] = []
    for kept, before_run, after_run in runs(old, new):
        gone += [Piece("".join(before_run), "same" if kept else "gone")] if before_run else []
        come += [Piece("".join(after_run), "same" if kept else "new")] if after_run else []
    return Pair(tuple(gone), tuple(come))


@dataclass(frozen=True)
class CellChange:
    """One column of a row on both sides."""

    label: str
    before: str
    after: str

    @property
    def is_same(self) -> bool:
        """Whether both sides read alike."""
        return self.before == self.after


@dataclass(frozen=True)
class RowChange:
    """A row of a table on both sides: `did` is new, gone, changed or same; `name` is what its key columns say."""

    name: str
    did: Literal["new", "gone", "changed", "same"]
    cells: tuple[CellChange, ...]


@dataclass(frozen=True)
class FieldChange:
    """What became of one field: pairs of lines for a text, rows for a table."""

    field: DocumentField
    did: Literal["new", "gone", "changed"]
    pairs: tuple[Pair, ...] = ()
    rows: tuple[RowChange, ...] = ()

    @property
    def summary(self) -> str:
        """How much of it changed, in a few words."""
        if self.did != "changed":
            return {"new": "new", "gone": "taken away"}[self.did]
        kind = "row" if self.field.is_table else "line"
        sides: list[str] = [row.did for row in self.rows]
        sides += [_did(pair) for pair in self.pairs]
        counted = {"new": sides.count("new"), "gone": sides.count("gone"), "changed": sides.count("changed")}
        words = {"new": "added", "gone": "gone", "changed": "changed"}
        return ", ".join(f"{n} {kind}{'s' if n != 1 else ''} {words[did]}" for did, n in counted.items() if n)


def _did(pair: Pair) -> str:
    if pair.before is None:
        return "new"
    if pair.after is None:
        return "gone"
    return "same" if pair.is_same else "changed"


def by_field(fields: Sequence[DocumentField], before: Content, after: Content) -> list[FieldChange]:
    """The fields of two contents that differ, each in detail, in the order of the fields."""
    return [
        _field_change(field, before.get(field.key), after.get(field.key))
        for field in document_fields.changed(fields, before, after)
    ]


def _field_change(field: DocumentField, before: Any, after: Any) -> FieldChange:
    did: Literal["new", "gone", "changed"] = "new" if not before else "gone" if not after else "changed"
    if field.is_table:
        return FieldChange(field, did, rows=tuple(_rows(field, before or [], after or [])))
    return FieldChange(field, did, pairs=tuple(by_words(before or "", after or "")))


def _rows(field: DocumentField, before: Sequence[Row], after: Sequence[Row]) -> Iterator[RowChange]:
    """Rows are the same one where their key columns say the same, and it is the same one of those that do."""
    old, new = _named(field, before), _named(field, after)
    for name, row in new.items():
        yield _row(field, name[0], old.get(name), row)
    for name, row in old.items():
        if name not in new:
            yield _row(field, name[0], row, None)


def _named(field: DocumentField, rows: Sequence[Row]) -> dict[tuple[str, int], Row]:
    named: dict[tuple[str, int], Row] = {}
    for row in rows:
        name = ", ".join(row[column.key] for column in field.columns if column.is_key and row.get(column.key))
        number = 0
        while (name, number) in named:
            number += 1
        named[name, number] = row
    return named


def _row(field: DocumentField, name: str, before: Row | None, after: Row | None) -> RowChange:
    old, new = before or {}, after or {}
    cells = [CellChange(column.label, old.get(column.key, ""), new.get(column.key, "")) for column in field.columns]
    if before is None or after is None:
        return RowChange(name, "new" if before is None else "gone", tuple(cell for cell in cells if not cell.is_same))
    changed = tuple(cell for cell in cells if not cell.is_same)
    return RowChange(name, "changed" if changed else "same", changed)
