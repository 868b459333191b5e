"""The headings of a file: which sections they part it into, and which field each is in the styles we know. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt

SECTIONS = {
    "context": (
        "context",
        "context and problem statement",
        "context and problem",
        "problem statement",
        "background",
        "kontext",
        "contexte",
        "contexto",
    ),
    "drivers": ("decision drivers", "drivers", "forces"),
    "considered": ("considered options", "options considered", "options", "alternatives considered", "alternatives"),
    "decision": ("decision outcome", "decision", "outcome", "entscheidung", "décision", "decisión"),
    "consequences": ("consequences", "konsequenzen", "conséquences", "consecuencias"),
    "positive": ("positive consequences",),
    "negative": ("negative consequences",),
    "confirmation": ("confirmation", "validation"),
    "weighed": ("pros and cons of the options",),
    "more": ("more information",),
    "status": ("status",),
    "date": ("date",),
}
KEYS = {title: key for key, titles in SECTIONS.items() for title in titles}
CONTENT_LEVEL = 4
"""Headings of this level and below are text; those above part the file."""


@dataclass(frozen=True)
class Section:
    """A part of the text under a heading; level 0 is what stands before the first."""

    level: int
    title: str
    text: str

    @property
    def key(self) -> str:
        """Which field it is; empty for none that is known."""
        return KEYS.get(plain(self.title), "")


def sections(body: str) -> Iterator[Section]:
    """The text in parts, by its headings of the first three levels, fences of code looked through."""
    lines = body.split("\n")
    tokens = MarkdownIt("commonmark", {"html": True}).parse(body)
    heads = [
        (token.map[0], token.map[1], int(token.tag[1]), tokens[place + 1].content)
        for place, token in enumerate(tokens)
        if token.type == "heading_open" and token.map and token.level == 0
    ]
    shift = _shift([level for _, _, level, _ in heads])
    parts = [head for head in heads if head[2] - shift < CONTENT_LEVEL]
    ends = [*(head[0] for head in parts[1:]), len(lines)][: len(parts)]
    yield Section(0, "", "\n".join(lines[: parts[0][0] if parts else len(lines)]))
    for (_, start, level, title), end in zip(parts, ends, strict=True):
        yield Section(max(level - shift, 1), " ".join(title.split()), "\n".join(lines[start:end]))


def plain(title: str) -> str:
    """A heading as it is looked up: without numbering, emphasis, signs and colon."""
    words = re.sub(r"^[\W_]*(?:\d+(?:\.\d+)*[.)]?\s+)?", "", title)
    kept = re.match(r".*[^\W_]", words, re.DOTALL)
    return kept[0].casefold() if kept else ""


def is_title(sections: Sequence[Section], is_named: bool) -> bool:
    """Whether the first heading is the record's title and no section of it."""
    first = sections[0]
    if first.key:
        return first.level == 1 and all(section.level > 1 for section in sections[1:]) and len(sections) > 1
    return first.level == 1 or not is_named


def below(sections: Sequence[Section], place: int) -> list[Section]:
    """The sections of the third level that belong to the one at `place`: all until the next that is a field itself."""
    first = sections[place]
    below: list[Section] = []
    for section in sections[place + 1 :]:
        known = bool(section.key) and first.key != "weighed"
        if section.level <= max(first.level, 2) or (known and (first.key or not first.text.strip())):
            break
        below.append(section)
    return below


def with_subsections(section: Section, below: Iterable[Section]) -> str:
    """A section’s text with the sections below it, under their headings."""
    parts = [section.text, *(f"{'#' * one.level} {one.title}\n{one.text}" for one in below)]
    return "\n".join(parts)


def lowered(text: str) -> str:
    """A text whose largest heading is one of a text at most, the others as far below it as they were, six at most."""
    tokens = MarkdownIt("commonmark").parse(text)
    found = [token for token in tokens if token.type == "heading_open" and not token.level]
    heads = {token.map[0]: (token.map[1], token) for token in found if token.map}
    if not heads:
        return text
    down = CONTENT_LEVEL - min(int(token.tag[1]) for _, token in heads.values())
    if down <= 0:
        return text
    lines = text.split("\n")
    gone: set[int] = set()
    for place, (end, token) in heads.items():
        new = "#" * min(int(token.tag[1]) + down, 6)
        if token.markup.startswith("#"):
            lines[place] = re.sub(r"#+", new, lines[place], count=1)
        else:  # underlined: only two levels can be written so
            words = " ".join(line.strip() for line in lines[place : end - 1])
            lines[place] = f"{new} {words}"
            gone |= set(range(place + 1, end))
    return "\n".join(line for place, line in enumerate(lines) if place not in gone)


def _shift(levels: Sequence[int]) -> int:
    """By how many levels a file's headings stand lower than usual, where its sections begin with the third or later."""
    below = levels[1:]
    return max(min(below) - 2, 0) if below else 0
