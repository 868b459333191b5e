"""The options of a file, the arguments for and against each, and which was chosen. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence

from portal.rules import document_fields
from readiness.rules import adr_headings, adr_references
from readiness.rules.adr_found import Found
from readiness.rules.adr_headings import Section

ARGUMENTS = {"good": "pros", "neutral": "neutral", "bad": "cons"}
_ITEM = re.compile(r"(?:[*+-]|\d{1,3}[.)])\s+(.*)")
_ARGUMENT = re.compile(r"(good|neutral|bad),?\s+because\s+(.*)", re.IGNORECASE | re.DOTALL)
_CHOSEN = re.compile(r"chosen option:\s*[\"“„*_`]*(.+)", re.IGNORECASE)
_OURS = re.compile(r'Chosen options?: "(.+)"\.')


def take_list(found: Found, text: str) -> bool:
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


def take_weighed(found: Found, section: Section, below: Iterable[Section]) -> None:
    """Takes the options under “Pros and cons”, each with its arguments; what is no option is kept."""
    if section.text.strip():
        found.keep(section.title, adr_headings.lowered(section.text))
    for one in below:
        if len(one.title) > document_fields.LONGEST_LINE or len(found.options) >= document_fields.MOST_ROWS:
            found.keep(one.title[:100], adr_headings.lowered(f"#### {one.title}\n{one.text}"))
            continue
        fresh = [row for row in found.options if _bare(row["option"]) == _bare(one.title) and len(row) == 1]
        row = fresh[0] if fresh else {"option": one.title}
        if not fresh:
            found.options.append(row)
        row |= _weighed(one.text)


def take_chosen(found: Found) -> None:
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
    words = adr_headings.lowered(document_fields.plain_lines("\n".join(about)))
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


def _bare(words: str) -> str:
    """Words as they are compared: without links, emphasis, quotes and case."""
    return re.sub(r"[\W_]+", " ", adr_references.without_links(words)).strip().casefold()


def _mark(found: Found, names: Iterable[str]) -> None:
    for name in names:
        next(row for row in found.options if row["option"] == name)["taken"] = "yes"
