"""Rows of a card as a Markdown table, and the reverse: any cell comes back as it was, with its lines. Pure."""

import re
from collections.abc import Sequence

from portal.rules.document_fields import Column, Row

_ESCAPED = re.compile(r"\\(.)|<br>|&#32;")
_BAR = re.compile(r"(?<!\\)((?:\\\\)*)\|")
_RULE = re.compile(r"\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?")


def written(columns: Sequence[Column], rows: Sequence[Row]) -> str:
    """The rows below the names of their columns."""
    lines = [[column.label for column in columns], ["---" for _ in columns]]
    lines += [[_cell(row.get(column.key, "")) for column in columns] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    inner = text.lstrip(" ")
    led = "&#32;" * (len(text) - len(inner))
    escaped = re.sub(r"[\\|]|<br>|&#32;", lambda found: f"\\{found[0]}", inner)
    return led + escaped.replace("\n", "<br>")


def read(columns: Sequence[Column], text: str) -> list[dict[str, str]] | None:
    """The rows of a text that is one such table and nothing else; None for any other."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if len(lines) < 2 or _RULE.fullmatch(lines[1]) is None:
        return None
    named = [cell.casefold() for cell in _parted(lines[0])]
    keys = [next((column.key for column in columns if column.label.casefold() == name), None) for name in named]
    if None in keys or len(set(keys)) < len(keys):
        return None
    rows = [_parted(line) for line in lines[2:]]
    if any(len(row) != len(keys) for row in rows) or not all(line.startswith("|") for line in lines[2:]):
        return None
    return [{str(key): cell for key, cell in zip(keys, row, strict=True) if cell} for row in rows]


def _parted(line: str) -> list[str]:
    inner = line.removeprefix("|")
    cells, start = [], 0
    for bar in _BAR.finditer(inner):
        cells.append(inner[start : bar.end() - 1])
        start = bar.end()
    if inner[start:].strip():
        cells.append(inner[start:])
    return [_plain(cell.strip()) for cell in cells]


def _plain(cell: str) -> str:
    def one(found: re.Match[str]) -> str:
        if found[0] == "<br>":
            return "\n"
        return " " if found[0] == "&#32;" else found[1]

    return _ESCAPED.sub(one, cell)
