"""Other records as a file names them: by link, by number, by the name of a file. Pure."""

import re
from dataclasses import dataclass

_NUMBERED_FILE = re.compile(r"\A(?:adr[-_ ]?)?0*(\d{1,6})(?=[-_. ]|$)", re.IGNORECASE)
_LINK = re.compile(r"\[([^\[\]]*)\]\(([^)\s\[\]]*)\)")
_NUMBER = re.compile(r"(?:adr)?[-_ #]*0*(\d{1,6})\b", re.IGNORECASE)


@dataclass(frozen=True)
class Reference:
    """Another record as a file names it: by number, by the name of its file, or both."""

    number: int | None
    file: str = ""
    words: str = ""


def references(words: str) -> list[Reference]:
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


def file_number(path: str) -> int | None:
    """The number that the name of a file begins with, such as 12 of `adr/0012-retry-once.md`."""
    named = _NUMBERED_FILE.match(path.rsplit("/", 1)[-1])
    return int(named[1]) if named else None


def title_of_file(path: str) -> str:
    """The words of a file's name as a title, without its number."""
    stem = path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    words = _NUMBERED_FILE.sub("", stem, count=1).strip("-_. ").replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:] or stem


def is_reference(words: str) -> bool:
    """Whether words name records and say nothing else; what a link is called beyond the number is the other's title."""
    rest = re.sub(r"\b(?:adr)?[-_ #]*\d+\b|\band\b", "", _LINK.sub("", words), flags=re.IGNORECASE)
    return not rest.strip(" ,;&.[]()\"'")


def without_links(words: str) -> str:
    """Words with what each link is called in its place."""
    return _LINK.sub(lambda link: str(link[1]), words)


def _numbered(label: str) -> int | None:
    found = _NUMBER.match(label.strip())
    return int(found[1]) if found else None
