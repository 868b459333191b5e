"""A Markdown text as its sections: the headings that are headings, and what stands below each. Pure.

The parser decides what is a heading, so that a # in a code fence, a rule of --- or a heading in a quotation is text.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from portal.rules import texts
from portal.rules.document_fields import plain_lines

PLACEHOLDER = re.compile(r"\[?\s*more information needed\s*\]?", re.IGNORECASE)


@dataclass(frozen=True)
class Section:
    """A heading with its level (1 to 6) and the text up to the next; level 0 is what stands before the first."""

    level: int
    title: str
    text: str


def parted(text: str) -> tuple[list[Section], bool]:
    """The sections in their order, and whether comments were left out of them."""
    lines = text.split("\n")
    tokens = MarkdownIt("commonmark").disable(["inline", "reference"]).parse(text)
    comments = [token.map for token in tokens if token.map and _is_comment(token)]
    for first, last in comments:
        lines[first:last] = [""] * (last - first)
    heads = [
        (token.map[0], token.map[1], int(token.tag[1]), texts.tidied(inline.content))
        for token, inline in itertools.pairwise(tokens)
        if token.type == "heading_open" and token.level == 0 and token.map
    ]
    return list(_between(lines, heads)), bool(comments)


def _between(lines: Sequence[str], heads: Sequence[tuple[int, int, int, str]]) -> list[Section]:
    starts = [*heads, (len(lines), len(lines), 0, "")]
    found = [Section(0, "", _said(lines[: starts[0][0]]))]
    for (_, begin, level, title), following in zip(heads, starts[1:], strict=True):
        found.append(Section(level, title, _said(lines[begin : following[0]])))
    return [section for section in found if section.level or section.text]


def _said(lines: Sequence[str]) -> str:
    text = plain_lines("\n".join(lines))
    return "" if PLACEHOLDER.fullmatch(text.strip()) else text


def _is_comment(token: Token) -> bool:
    text = token.content.strip()
    return (
        token.type == "html_block" and not token.level and text.startswith("<!--") and text.find("-->") == len(text) - 3
    )
