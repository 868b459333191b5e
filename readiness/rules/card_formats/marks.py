"""Comments that say which part of a text is which field, where its headings alone could not. Pure.

A marked part begins with `<!-- gatehouse:limitations -->` on a line and ends with `<!-- /gatehouse:limitations -->`.
Its first line is the heading for people; the rest is the field, word for word. Comments do not show on a page.
"""

import bisect
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_BEGIN = re.compile(r"<!-- gatehouse:(\w+)(?: (\{.*\}))? -->")
_END = re.compile(r"<!-- /gatehouse:(\w+) -->")
_LIKE = re.compile(r"^(<!-- /?gatehouse:)(.*)$", re.MULTILINE)
_MORE = re.compile(r"^(<!-- /?gatehouse:):(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Part:
    """A marked part: its field, its text, and what the mark says beside."""

    field: str
    text: str
    said: str = ""


def written(heading: str, part: Part) -> str:
    """A part with its marks."""
    said = " " + json.dumps({"title": part.said}).replace(">", "\\u003e") if part.said else ""
    text = _LIKE.sub(r"\1:\2", part.text)
    return f"<!-- gatehouse:{part.field}{said} -->\n{heading}\n\n{text}\n\n<!-- /gatehouse:{part.field} -->"


def parted(text: str) -> tuple[Sequence[Part], str]:
    """The marked parts of a text, and what is left of it. A mark without its end is a comment like any other."""
    if "<!-- gatehouse:" not in text:
        return (), text
    lines = text.split("\n")
    ends = _ends(lines)
    parts, rest, number = [], [], 0
    while number < len(lines):
        begin = _BEGIN.fullmatch(lines[number])
        end = _end(ends, number, begin[1]) if begin else None
        if begin is None or end is None:
            rest.append(lines[number])
            number += 1
            continue
        inner = "\n".join(lines[number + 3 : end - 1])
        parts.append(Part(begin[1], _MORE.sub(r"\1\2", inner), _said(begin[2])))
        number = end + 1
    return parts, "\n".join(rest)


def _ends(lines: Sequence[str]) -> dict[str, list[int]]:
    """By field the lines that end a part of it."""
    ends: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        if found := _END.fullmatch(line):
            ends.setdefault(found[1], []).append(number)
    return ends


def _end(ends: Mapping[str, Sequence[int]], start: int, field: str) -> int | None:
    found = ends.get(field, ())
    place = bisect.bisect_left(found, start + 3)
    return found[place] if place < len(found) else None


def _said(given: str | None) -> str:
    try:
        return str(json.loads(given)["title"]) if given else ""
    except (ValueError, KeyError):
        return ""
