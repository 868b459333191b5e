"""What stands before the text of a file, as YAML, and who is named there. Pure."""

import re
from collections.abc import Iterator

import yaml

from portal.rules import document_fields
from readiness.rules import adr_references, adr_standing, front_matter
from readiness.rules.adr_found import Found

PEOPLE = {
    "decision-makers": "decision_makers",
    "decision makers": "decision_makers",
    "deciders": "decision_makers",
    "decided by": "decision_makers",
    "consulted": "consulted",
    "informed": "informed",
}
LONGEST_FRONT_MATTER = 64 * 1024


def parted(text: str) -> tuple[str, str]:
    """The front matter, "" where there is none, and the text after it."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        return "", text
    for place, line in enumerate(lines[1:], start=1):
        if line.rstrip() in ("---", "..."):
            return "\n".join(lines[1:place]), "\n".join(lines[place + 1 :])
    return "", text


def take(found: Found, front: str) -> None:
    """Takes what it understands of the front matter; the other keys are kept as they are written."""
    if not front.strip():
        return
    try:
        if len(front) > LONGEST_FRONT_MATTER:
            raise ValueError
        front_matter.look_over(front)
        said = yaml.load(front, yaml.BaseLoader)  # noqa: S506  # gives texts, lists and mappings, no objects
    except (yaml.YAMLError, ValueError):
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


def take_people(found: Found, name: str, value: object) -> bool:
    """Takes a line or list of people into its field; whether it could be."""
    names = value if isinstance(value, list) else [value]
    if not all(isinstance(one, str) for one in names):
        return False
    line = ", ".join(str(one).strip() for one in names if str(one).strip())
    if len(line) > document_fields.LONGEST_LINE or PEOPLE[name] in found.people:
        return False
    found.people[PEOPLE[name]] = line
    return True


def quoted(words: str) -> str:
    """Words as a text in YAML."""
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _take_key(found: Found, key: str, value: object) -> bool:
    match key.casefold():
        case "status" if isinstance(value, str):
            if not adr_standing.take_status(found, value):
                found.keep("Status", value)
            return True
        case "date" if isinstance(value, str):
            found.decided_on = adr_standing.day(value)
            return found.decided_on is not None
        case "supersedes":
            names = value if isinstance(value, list) else [value]
            if not all(isinstance(name, str) for name in names):
                return False
            found.over += [reference for name in names for reference in adr_references.references(str(name))]
            return True
        case "title" if isinstance(value, str) and value.strip():
            found.title = value.strip()
            return True
        case name if name in PEOPLE:
            return take_people(found, name, value)
    return False
