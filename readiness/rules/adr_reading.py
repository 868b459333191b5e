"""Reading a decision record from a file as people keep them: MADR 2 to 4 and Nygard's form. Pure.

What is understood goes into its field; everything else is kept word for word (the preface, further sections, the front
matter), so that nothing is lost; nothing is put into a field that the file does not say. Headings below the third level
are text of the section they stand in.
"""

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import yaml
from markdown_it import MarkdownIt

from portal.rules import document_fields
from readiness.choices import DecisionRecordState as State

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
PEOPLE = {
    "decision-makers": "decision_makers",
    "decision makers": "decision_makers",
    "deciders": "decision_makers",
    "decided by": "decision_makers",
    "consulted": "consulted",
    "informed": "informed",
}
STATES = {
    "proposed": State.PROPOSED,
    "draft": State.PROPOSED,
    "accepted": State.ACCEPTED,
    "approved": State.ACCEPTED,
    "rejected": State.REJECTED,
    "deprecated": State.DEPRECATED,
    "superseded": State.SUPERSEDED,
    "superceded": State.SUPERSEDED,
}
ARGUMENTS = {"good": "pros", "neutral": "neutral", "bad": "cons"}
LONGEST_FRONT_MATTER = 64 * 1024
CONTENT_LEVEL = 4
"""Headings of this level and below are text; those above part the file."""

_NUMBERED_FILE = re.compile(r"(?:adr[-_ ]?)?0*(\d{1,6})(?=[-_. ]|$)", re.IGNORECASE)
_NUMBERED_TITLE = re.compile(r"(?:adr[-_ ]?0*(\d{1,6})\s*[.:)–—-]?|0*(\d{1,6})\s*[.:)–—-])\s+", re.IGNORECASE)
_PAIR = re.compile(r"(?:[*+-]\s+)?(?:\*\*|__)?([A-Za-z][A-Za-z -]{2,20}?)(?:\*\*|__)?\s*:\s*(?:\*\*|__)?\s*(\S.*)")
_BY = re.compile(r"\b(?:superseded|superceded|replaced)\s+by\b[:\s]*(.*)", re.IGNORECASE)
_OVER = re.compile(r"\b(?:supersedes|supercedes|replaces)\b[:\s]*(.*)", re.IGNORECASE)
_LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]*)\)")
_NUMBER = re.compile(r"(?:adr)?[-_ #]*0*(\d{1,6})\b", re.IGNORECASE)
_ITEM = re.compile(r"(?:[*+-]|\d{1,3}[.)])\s+(.*)")
_ARGUMENT = re.compile(r"(good|neutral|bad),?\s+because\s+(.*)", re.IGNORECASE | re.DOTALL)
_CHOSEN = re.compile(r"chosen option:\s*[\"“„*_`]*(.+)", re.IGNORECASE)
_OURS = re.compile(r'Chosen options?: "(.+)"\.')


@dataclass(frozen=True)
class Reference:
    """Another record as a file names it: by number, by the name of its file, or both."""

    number: int | None
    file: str = ""
    words: str = ""


@dataclass(frozen=True)
class AdrFile:
    """What a file says. `notes` are what its owner should know; `errors` by field are why it cannot be taken in."""

    path: str
    number: int | None
    title: str
    state: State
    decided_on: datetime.date | None
    content: Mapping[str, Any]
    superseded_by: Reference | None = None
    supersedes: tuple[Reference, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass
class _Found:
    """What was gathered so far from one file."""

    number: int | None = None
    title: str = ""
    state: State | None = None
    decided_on: datetime.date | None = None
    texts: dict[str, list[str]] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    options: list[dict[str, str]] = field(default_factory=list)
    other: list[dict[str, str]] = field(default_factory=list)
    by: Reference | None = None
    over: list[Reference] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, key: str, text: str) -> None:
        """Puts a text at the end of a field."""
        if text.strip():
            self.texts.setdefault(key, []).append(document_fields.plain_lines(text))

    def keep(self, title: str, text: str) -> None:
        """Keeps a section that fits no field."""
        self.other.append({"title": title or "…", "text": document_fields.plain_lines(text)})


@dataclass(frozen=True)
class _Section:
    """A part of the text under a heading; level 0 is what stands before the first."""

    level: int
    title: str
    text: str

    @property
    def key(self) -> str:
        """Which field it is; empty for none that is known."""
        return KEYS.get(_plain(self.title), "")


def read(path: str, text: str) -> AdrFile:
    """What a file of Markdown says as a decision record; `path` is its place in the folder."""
    found = _Found()
    front, body = _front_matter(document_fields.plain_lines(text.removeprefix("\ufeff")))
    _take_front_matter(found, front)
    _name(found, path, list(_sections(body)))
    if found.state in (None, State.PROPOSED) and found.decided_on:
        found.add("front_matter", f"date: {found.decided_on}")
        found.decided_on = None
    return AdrFile(
        path,
        found.number,
        found.title,
        found.state or State.PROPOSED,
        found.decided_on,
        document_fields.tidied(_fields(), _content(found)),
        found.by,
        tuple(found.over),
        tuple(found.notes),
    )


@cache
def _fields() -> tuple[document_fields.DocumentField, ...]:
    from readiness.rules import decision_records

    return decision_records.FIELDS


def _content(found: _Found) -> dict[str, Any]:
    content: dict[str, Any] = {key: "\n\n".join(parts) for key, parts in found.texts.items()}
    content["front_matter"] = "\n".join(found.texts.get("front_matter", ()))
    return {**content, **found.people, "options": found.options, "other": found.other}


def file_number(path: str) -> int | None:
    """The number that the name of a file begins with, such as 12 of `adr/0012-retry-once.md`."""
    named = _NUMBERED_FILE.match(path.rsplit("/", 1)[-1])
    return int(named[1]) if named else None


def _front_matter(text: str) -> tuple[str, str]:
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        return "", text
    for place, line in enumerate(lines[1:], start=1):
        if line.rstrip() in ("---", "..."):
            return "\n".join(lines[1:place]), "\n".join(lines[place + 1 :])
    return "", text


def _take_front_matter(found: _Found, front: str) -> None:
    """Takes what it understands of the front matter; the other keys are kept as they are written."""
    if not front.strip():
        return
    try:
        if len(front) > LONGEST_FRONT_MATTER:
            raise ValueError
        said = yaml.load(front, yaml.BaseLoader)  # noqa: S506  # gives texts, lists and mappings, no objects
    except (yaml.YAMLError, RecursionError, ValueError):
        said = None
    if not isinstance(said, dict):
        found.notes.append("Its front matter cannot be read; it is kept as it is.")
        found.keep("Front matter", front)
        return
    blocks = sorted(blocks_of(front), key=lambda block: block[0].casefold() != "status")
    kept = [block for key, block in blocks if not _take_key(found, key, said.get(key))]
    found.add("front_matter", "\n".join(kept))


def blocks_of(front: str) -> Iterator[tuple[str, str]]:
    """The top-level keys with the lines that belong to each; lines before the first have no key."""
    key, lines = "", list[str]()
    for line in front.split("\n"):
        if begins := re.match(r"[\"']?([^\s\"'#:-][^\"':]*)[\"']?\s*:(?:\s|$)", line):
            if lines:
                yield key, "\n".join(lines)
            key, lines = begins[1].strip(), []
        lines.append(line)
    if lines:
        yield key, "\n".join(lines)


def _take_key(found: _Found, key: str, value: object) -> bool:
    match key.casefold():
        case "status" if isinstance(value, str):
            if not _take_status(found, value):
                found.keep("Status", value)
            return True
        case "date" if isinstance(value, str):
            found.decided_on = _day(value)
            return found.decided_on is not None
        case "supersedes":
            names = value if isinstance(value, list) else [value]
            if not all(isinstance(name, str) for name in names):
                return False
            found.over += [reference for name in names for reference in _references(str(name))]
            return True
        case "title" if isinstance(value, str) and value.strip():
            found.title = value.strip()
            return True
        case name if name in PEOPLE:
            return _take_people(found, name, value)
    return False


def _take_people(found: _Found, name: str, value: object) -> bool:
    names = value if isinstance(value, list) else [value]
    if not all(isinstance(one, str) for one in names):
        return False
    line = ", ".join(str(one).strip() for one in names if str(one).strip())
    if len(line) > document_fields.LONGEST_LINE or PEOPLE[name] in found.people:
        return False
    found.people[PEOPLE[name]] = line
    return True


def _take_status(found: _Found, text: str) -> bool:
    """Reads where a record stands from its words; whether nothing was left that is not understood."""
    understood = True
    for line in (line.strip() for line in text.splitlines() if line.strip()):
        understood &= _take_status_line(found, line)
    if found.state is None:
        found.state = State.PROPOSED
        found.notes.append(f"“{text.strip()[:60]}” is no standing we know; it is taken in as proposed.")
    return understood


def _take_status_line(found: _Found, line: str) -> bool:
    line = line.removeprefix("* ").removeprefix("- ")
    if by := _BY.search(line):
        named = _references(by[1])
        found.state = State.SUPERSEDED
        found.by = found.by or (named[0] if named else None)
        return bool(named) and len(named) == 1 and not line[: by.start()].strip() and _is_reference(by[1])
    if over := _OVER.search(line):
        named = _references(over[1])
        found.over += named
        return bool(named) and not line[: over.start()].strip(" ,;") and _is_reference(over[1])
    word = line.strip(" .*_`").casefold()
    first = re.match(r"[a-z]+", word)
    if not first or first[0] not in STATES:
        return False
    if found.state is None or found.state == State.ACCEPTED:
        found.state = STATES[first[0]]
    return word == STATES[first[0]].value


def _references(words: str) -> list[Reference]:
    """The records that some words name, by links or by numbers."""
    links = [
        Reference(
            _numbered(label) or file_number(target), target.split("#")[0].rsplit("/", 1)[-1], f"[{label}]({target})"
        )
        for label, target in _LINK.findall(words)
    ]
    if links:
        return links
    return [
        Reference(int(number[1]), "", number[0].strip())
        for part in re.split(r",|;|&|\band\b", words)
        if (number := _NUMBER.match(part.strip(" \"'.*_[]()")))
    ]


def _numbered(label: str) -> int | None:
    found = _NUMBER.match(label.strip())
    return int(found[1]) if found else None


def _is_reference(words: str) -> bool:
    """Whether words name records and say nothing else; what a link is called beyond the number is the other's title."""
    rest = re.sub(r"\b(?:adr)?[-_ #]*\d+\b|\band\b", "", _LINK.sub("", words), flags=re.IGNORECASE)
    return not rest.strip(" ,;&.[]()\"'")


def _day(words: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(words.strip().strip("\"'").replace("/", "-"))
    except ValueError:
        return None


def _sections(body: str) -> Iterator[_Section]:
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
    yield _Section(0, "", "\n".join(lines[: parts[0][0] if parts else len(lines)]))
    for (_, start, level, title), end in zip(parts, ends, strict=True):
        yield _Section(max(level - shift, 1), " ".join(title.split()), "\n".join(lines[start:end]))


def _shift(levels: Sequence[int]) -> int:
    """By how many levels a file's headings stand lower than usual, where its sections begin with the third or later."""
    below = levels[1:]
    return max(min(below) - 2, 0) if below else 0


def _plain(title: str) -> str:
    """A heading as it is looked up: without numbering, emphasis, signs and colon."""
    words = re.sub(r"^[\W_]*(?:\d+(?:\.\d+)*[.)]?\s+)?", "", title)
    return re.sub(r"[\W_]+$", "", words).casefold()


def _name(found: _Found, path: str, sections: list[_Section]) -> None:
    """Takes number and title from the first heading and the file's name, then the sections one by one."""
    found.number = file_number(path)
    preface = [sections[0].text]
    rest = sections[1:]
    if rest and _is_title(rest, bool(found.title)):
        head, rest = rest[0], rest[1:]
        if found.title and found.title != head.title:
            found.add("front_matter", f"title: {_quoted(found.title)}")
        found.title = head.title
        preface.append(head.text)
    if not found.title:
        found.title = _from_file_name(path)
        found.notes.append("It has no heading; its title is taken from the name of the file.")
    numbered = _NUMBERED_TITLE.match(found.title)
    if numbered and found.title[numbered.end() :].strip():
        own = int(numbered[1] or numbered[2])
        if found.number in (None, own):
            found.number, found.title = own, found.title[numbered.end() :].strip()
    _take_preface(found, "\n".join(preface))
    _take_sections(found, rest)


def _is_title(sections: Sequence[_Section], is_named: bool) -> bool:
    """Whether the first heading is the record's title and no section of it."""
    first = sections[0]
    if first.key:
        return first.level == 1 and all(section.level > 1 for section in sections[1:]) and len(sections) > 1
    return first.level == 1 or not is_named


def _quoted(words: str) -> str:
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _from_file_name(path: str) -> str:
    stem = path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    words = _NUMBERED_FILE.sub("", stem, count=1).strip("-_. ").replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:] or stem


def _take_preface(found: _Found, text: str) -> None:
    """Takes the lines of `Key: value` that are understood; the others are the preface."""
    had_status = found.state is not None
    kept = []
    for line in text.split("\n"):
        pair = _PAIR.fullmatch(line.strip())
        if not pair or not _take_pair(found, pair[1].casefold(), pair[2].strip(), had_status):
            kept.append(line)
    found.add("preface", "\n".join(kept))


def _take_pair(found: _Found, name: str, value: str, had_status: bool) -> bool:
    if name == "status":
        return not had_status and _take_status(found, value)
    if name == "date":
        if found.decided_on is not None:
            return False
        found.decided_on = _day(value)
        return found.decided_on is not None
    return name in PEOPLE and _take_people(found, name, value)


def _take_sections(found: _Found, sections: Sequence[_Section]) -> None:
    had_status = found.state is not None
    place = 0
    while place < len(sections):
        section = sections[place]
        below = _below(sections, place)
        place += 1 + len(below)
        if section.key == "weighed":
            _take_weighed(found, section, below)
        elif below or not _take_short(found, section, had_status):
            _take_text(found, section, _lowered(_with_subsections(section, below)))
        _take_links(found, section)
    _take_taken(found)


def _take_short(found: _Found, section: _Section, had_status: bool) -> bool:
    """Takes a section that is no text: the status, the day, the list of options. Whether all of it was understood."""
    match section.key:
        case "status":
            return not had_status and _take_status(found, section.text)
        case "date" if found.decided_on is None:
            found.decided_on = _day(section.text)
            return found.decided_on is not None
        case "considered":
            return _take_options(found, section.text)
    return False


def _take_text(found: _Found, section: _Section, text: str) -> None:
    if section.key in ("positive", "negative"):
        found.add("consequences", f"#### {section.title}\n\n{document_fields.plain_lines(text)}")
    elif section.key in ("decision", "context", "drivers", "consequences", "confirmation", "more"):
        found.add(section.key, text)
    else:
        found.keep(section.title, text)


def _below(sections: Sequence[_Section], place: int) -> list[_Section]:
    """The sections of the third level that belong to the one at `place`: all until the next that is a field itself."""
    first = sections[place]
    below: list[_Section] = []
    for section in sections[place + 1 :]:
        known = bool(section.key) and first.key != "weighed"
        if section.level <= max(first.level, 2) or (known and (first.key or not first.text.strip())):
            break
        below.append(section)
    return below


def _with_subsections(section: _Section, below: Iterable[_Section]) -> str:
    parts = [section.text, *(f"{'#' * one.level} {one.title}\n{one.text}" for one in below)]
    return "\n".join(parts)


def _take_links(found: _Found, section: _Section) -> None:
    """A section of links may say what a record supersedes; its words stay where they are."""
    if section.key or _plain(section.title) not in ("links", "related", "related decisions"):
        return
    for line in section.text.splitlines():
        if over := _OVER.search(line):
            found.over += _references(over[1])


def _take_options(found: _Found, text: str) -> bool:
    """A flat list of options, a line each; whether it was one."""
    lines = [line for line in text.split("\n") if line.strip()]
    items = [_ITEM.fullmatch(line) for line in lines]
    titles = [item[1].strip() for item in items if item]
    if not titles or len(titles) < len(lines) or len(titles) > document_fields.MOST_ROWS:
        return False
    if any(len(title) > document_fields.LONGEST_LINE or " ".join(title.split()) != title for title in titles):
        return False
    found.options += [{"option": title} for title in titles]
    return True


def _take_weighed(found: _Found, section: _Section, below: Iterable[_Section]) -> None:
    if section.text.strip():
        found.keep(section.title, _lowered(section.text))
    for one in below:
        if len(one.title) > document_fields.LONGEST_LINE or len(found.options) >= document_fields.MOST_ROWS:
            found.keep(one.title[:100], _lowered(f"#### {one.title}\n{one.text}"))
            continue
        fresh = [row for row in found.options if _bare(row["option"]) == _bare(one.title) and len(row) == 1]
        row = fresh[0] if fresh else {"option": one.title}
        if not fresh:
            found.options.append(row)
        row |= _weighed(one.text)


def _weighed(text: str) -> dict[str, str]:
    """The arguments of an option by kind, and whatever else is said of it."""
    found: dict[str, list[str]] = {"pros": [], "neutral": [], "cons": []}
    about: list[str] = []
    for block in _items(text):
        item = _ITEM.fullmatch(block[0])
        argument = _ARGUMENT.fullmatch(item[1].strip()) if item else None
        if argument and all(line.startswith(" ") and not _ITEM.match(line.strip()) for line in block[1:]):
            words = " ".join(part.strip() for part in (argument[2], *block[1:]))
            found[ARGUMENTS[argument[1].casefold()]].append(words)
        else:
            about += block
    rows = {key: "\n".join(lines) for key, lines in found.items() if lines}
    words = _lowered(document_fields.plain_lines("\n".join(about)))
    return {**({"about": words} if words else {}), **rows}


def _items(text: str) -> Iterator[list[str]]:
    """Lines together with the indented ones that go on with them; fences of code stay whole."""
    block: list[str] = []
    fence = ""
    for line in text.split("\n"):
        mark = re.match(r"\s*(`{3,}|~{3,})", line)
        if fence:
            block.append(line)
            fence = "" if mark and mark[1].startswith(fence) else fence
            continue
        fence = mark[1][:3] if mark else ""
        if block and line.startswith(" ") and line.strip():
            block.append(line)
            continue
        if block:
            yield block
        block = [line]
    if block:
        yield block


def _take_taken(found: _Found) -> None:
    """Marks the option that the decision names as chosen; takes off the line that our own export puts there."""
    texts = found.texts.get("decision", [])
    if not texts:
        return
    first, _, rest = texts[0].partition("\n")
    titles = [row["option"] for row in found.options]
    ours = _OURS.fullmatch(first)
    if ours and all(name in titles for name in ours[1].split('", "')):
        _mark(found, ours[1].split('", "'))
        texts[0] = rest.lstrip("\n")
        return
    _mark(found, chosen(texts[0], titles))


def chosen(decision: str, titles: Sequence[str]) -> list[str]:
    """The option that a decision names after “Chosen option”, as MADR writes it; of several that fit the longest."""
    said = _CHOSEN.search(decision)
    if not said:
        return []
    words = f"{_bare(said[1])} "
    return sorted((title for title in titles if words.startswith(f"{_bare(title)} ")), key=len)[-1:]


def _bare(words: str) -> str:
    """Words as they are compared: without links, emphasis, quotes and case."""
    return re.sub(r"[\W_]+", " ", _LINK.sub(lambda link: str(link[1]), words)).strip().casefold()


def _mark(found: _Found, names: Iterable[str]) -> None:
    for name in names:
        next(row for row in found.options if row["option"] == name)["taken"] = "yes"


def _lowered(text: str) -> str:
    return lowered(text, CONTENT_LEVEL)


def lowered(text: str, level: int) -> str:
    """A text whose largest heading is of this level at most, the others as far below it as they were, six at most."""
    tokens = MarkdownIt("commonmark").parse(text)
    found = [token for token in tokens if token.type == "heading_open" and not token.level]
    heads = {token.map[0]: (token.map[1], token) for token in found if token.map}
    if not heads:
        return text
    down = level - min(int(token.tag[1]) for _, token in heads.values())
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
