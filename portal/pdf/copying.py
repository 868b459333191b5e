"""Copies objects out of a PDF that pikepdf has open into one that is being written (writing.py).

References are rewritten in the text form that qpdf gives of an object. In it a string is `(…)` with its own brackets
and backslashes escaped, or `<…>`; so everything outside strings that looks like `12 0 R` is a reference.
"""

import hashlib
import re
from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from portal.pdf.writing import DocumentWriter, reference

if TYPE_CHECKING:
    from pikepdf import Name, Object, Pdf

_STRINGS_AND_REFERENCES = re.compile(
    rb"\((?:[^\\)]|\\.)*\)|<[0-9A-Fa-f]*>|\b(?P<id>\d+) (?P<generation>\d+) R\b|/GhOutside-(?P<outside>\d+)\b",
    re.DOTALL,
)
Key = tuple[int, int]
"""An object's id and generation in its own file."""


def outside(number: int) -> "Name":
    """What stands, in an object that is about to be copied, for a reference to object `number` of the target."""
    from pikepdf import Name

    return Name(f"/GhOutside-{number}")


class Copier:
    """Copies from one source into the target.

    `kept` remembers, for all sources, streams that refer to nothing (fonts, marks) by their content: each is written
    once in the whole document, however many parts carry it.
    """

    def __init__(self, source: "Pdf", target: DocumentWriter, kept: dict[bytes, int]) -> None:
        self._source = source
        self._target = target
        self._kept = kept
        self._numbers: dict[Key, int] = {}
        self._waiting: deque[Key] = deque()

    def place(self, numbers: Mapping[Key, int]) -> None:
        """Have these objects copied under these numbers, which were reserved for them."""
        self._numbers.update(numbers)
        self._waiting.extend(numbers)

    def number(self, wanted: "Object") -> int:
        """The number of an indirect object in the target; it will be copied with all it leads to."""
        return self._number(wanted.objgen)

    def translate(self, text: bytes) -> bytes:
        """An object's text with the target's references in the place of the source's."""
        return _STRINGS_AND_REFERENCES.sub(self._translated, text)

    def copy(self) -> None:
        """Write everything that was placed or numbered, and all it leads to, in the order in which it was met."""
        while self._waiting:
            key = self._waiting.popleft()
            found, number = self._source.get_object(key), self._numbers[key]
            if _is_stream(found):
                self._target.write_stream(number, self.translate(_entries(found)), found.read_raw_bytes())
            else:
                self._target.write(number, self.translate(found.unparse(resolved=True)))

    def _translated(self, match: "re.Match[bytes]") -> bytes:
        if match["outside"]:
            return reference(int(match["outside"]))
        if match["id"]:
            return reference(self._number((int(match["id"]), int(match["generation"]))))
        return match.group()

    def _number(self, key: Key) -> int:
        if key not in self._numbers:
            known = self._content(key)
            if known in self._kept:
                self._numbers[key] = self._kept[known]
            else:
                self._numbers[key] = self._target.reserve()
                self._waiting.append(key)
            if known:
                self._kept[known] = self._numbers[key]
        return self._numbers[key]

    def _content(self, key: Key) -> bytes:
        """What names a stream that refers to nothing; empty for everything else."""
        found = self._source.get_object(key)
        if not _is_stream(found):
            return b""
        entries = _entries(found)
        if any(match["id"] or match["outside"] for match in _STRINGS_AND_REFERENCES.finditer(entries)):
            return b""
        return hashlib.sha256(entries + b"\0" + found.read_raw_bytes()).digest()


def _is_stream(found: Any) -> bool:
    from pikepdf import Stream

    return isinstance(found, Stream)


def _entries(stream: Any) -> bytes:
    """The text of a stream's dictionary without its brackets and its length."""
    from pikepdf import Dictionary

    entries = stream.stream_dict
    whole = Dictionary({name: entries[name] for name in entries.keys() if name != "/Length"}).unparse()  # noqa: SIM118
    return bytes(whole.strip()[2:-2])
