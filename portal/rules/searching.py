"""What is looked for, as words: folding, taking apart what somebody typed, and where a text says it. Pure.

Both databases get the same words: case and accents folded, parted wherever a letter or digit ends, and each sign of a
script without spaces (Chinese, Japanese, Thai) a word of its own. So a query means the same on either, and no sign that
a person types can be an operator of a database's own language.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MOST_TERMS = 12
MOST_SIGNS = 400
"""Of a query: what stands behind is left out, and said to be."""
LONGEST_WORD = 64
LONGEST_BODY = 200_000
"""Characters of one text that are searched."""
BEFORE, AFTER = 60, 200
"""Characters of a snippet before the first word that was found, and from it on."""

WORD = re.compile(r"(?:[^\W_]|[\u0300-\u036f])+")
_QUOTED = re.compile(r'"([^"]*)("?)')
_MARKS = re.compile(r"^[ \t]*(?:>+|#+|[-*+])[ \t]+(?:\[[ x]\])?|^[-|: ]{3,}$|[`*]+|(?<=\s)\|(?=\s)", re.MULTILINE)
"""Markdown that only gets in the way of a few words of it."""
_ALONE = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


@dataclass(frozen=True)
class Term:
    """Words that follow one another; the last may be the beginning of a longer one."""

    words: tuple[str, ...]
    is_prefix: bool = False


@dataclass(frozen=True)
class Query:
    """What was asked for: every term has to be found. `was_cut`: more was typed than is searched."""

    terms: tuple[Term, ...] = ()
    was_cut: bool = False

    def __bool__(self) -> bool:
        return bool(self.terms)


@dataclass(frozen=True)
class Part:
    """A piece of a text, and whether it is what was looked for."""

    text: str
    is_hit: bool = False


def folded(text: str) -> str:
    """The text without case and accents: “Évaluation” and “evaluation” are the same, “ﬁ” and “fi” too."""
    plain = unicodedata.normalize("NFKD", text)
    bare = "".join(sign for sign in plain if not "\u0300" <= sign <= "\u036f")
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKD", bare.casefold()))


def words(text: str) -> list[str]:
    """The words of a text in order, as they are searched."""
    return [word[:LONGEST_WORD] for run in WORD.findall(folded(text)) for word in _apart(run)]


def searchable(text: str) -> str:
    """A text as the databases take it in: its words, parted by spaces."""
    return " ".join(words(text[:LONGEST_BODY]))


def query(typed: str) -> Query:
    """What somebody typed: words, phrases in quotation marks; the last word may be unfinished. Nothing is refused.

    What is written together, such as `drift-detection` or `predict_v2`, is looked for together.
    """
    shown = typed[:MOST_SIGNS].replace("“", '"').replace("”", '"').replace("„", '"')
    terms = list(_terms(shown))
    was_cut = len(terms) > MOST_TERMS or bool(words(typed[MOST_SIGNS : 2 * MOST_SIGNS]))
    return Query(tuple(terms[:MOST_TERMS]), was_cut)


def marked(text: str, asked: Query) -> tuple[Part, ...]:
    """The whole of a short text, such as a title, in pieces."""
    return tuple(_pieces(text, _hits(text, asked)))


def snippet(text: str, asked: Query) -> tuple[Part, ...]:
    """Some words of a text around the first that was looked for, in pieces; its beginning where none was."""
    plain = " ".join(_MARKS.sub(" ", text).split())
    found = next(iter(_hits(plain, asked)), None)
    first = found[0] if found else 0
    start = _at_a_word(plain, max(0, first - BEFORE)) if first > BEFORE else 0
    shown = plain[start : first + AFTER]
    if first + AFTER < len(plain):
        shown = f"{shown.rpartition(' ')[0] or shown} …"
    shown = f"… {shown}" if start else shown
    return tuple(_pieces(shown, _hits(shown, asked)))


def _terms(typed: str) -> Iterator[Term]:
    place = 0
    for quoted in _QUOTED.finditer(typed):
        yield from _loose(typed[place : quoted.start()], is_last=False)
        if phrase := tuple(words(quoted[1])):
            is_open = not quoted[2] and not quoted[1].endswith(" ")
            yield Term(phrase, is_prefix=is_open)
        place = quoted.end()
    yield from _loose(typed[place:], is_last=True)


def _loose(typed: str, *, is_last: bool) -> Iterator[Term]:
    """The words outside quotation marks, each a term; the very last may be unfinished."""
    found = [together for chunk in typed.split() if (together := tuple(words(chunk)))]
    for number, together in enumerate(found, 1):
        yield Term(together, is_prefix=is_last and number == len(found) and not typed[-1].isspace())


def _apart(run: str) -> Iterator[str]:
    place = 0
    for alone in _ALONE.finditer(run):
        if alone.start() > place:
            yield run[place : alone.start()]
        yield alone[0]
        place = alone.end()
    if place < len(run):
        yield run[place:]


def _hits(text: str, asked: Query) -> Iterator[tuple[int, int]]:
    """Where the text says a word that was asked for, from left to right."""
    whole = {word for term in asked.terms for word in (term.words[:-1] if term.is_prefix else term.words)}
    begun = tuple(term.words[-1] for term in asked.terms if term.is_prefix)
    together = {"".join(term.words) for term in asked.terms}
    for match in WORD.finditer(text):
        run = folded(match[0])
        if _ALONE.search(run):
            yield from _within(match, run, together)
        elif run in whole or (begun and run.startswith(begun)):
            yield match.span()


def _within(match: re.Match[str], run: str, together: set[str]) -> Iterator[tuple[int, int]]:
    """The same in a run without spaces: the signs that were asked for, or all of it where folding moved them."""
    for wanted in sorted(together, key=len, reverse=True):
        place = run.find(wanted)
        if place >= 0:
            start = match.start()
            yield (start + place, start + place + len(wanted)) if len(run) == len(match[0]) else match.span()
            return


def _pieces(text: str, hits: Iterator[tuple[int, int]]) -> Iterator[Part]:
    place = 0
    for start, end in hits:
        if start > place:
            yield Part(text[place:start])
        yield Part(text[start:end], is_hit=True)
        place = end
    if place < len(text):
        yield Part(text[place:])


def _at_a_word(text: str, place: int) -> int:
    """The beginning of the next word from a place on."""
    space = text.find(" ", place, place + BEFORE)
    return space + 1 if space >= 0 else place


def plain(content: object) -> str:
    """Every text within plain JSON, in its order, a line each: what a document says, whatever its fields."""
    return "\n".join(_texts_within(content))


def _texts_within(content: object) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        for part in content.values():
            yield from _texts_within(part)
    elif isinstance(content, Sequence):
        for part in content:
            yield from _texts_within(part)
