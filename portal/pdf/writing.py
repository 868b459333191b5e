"""Writes a PDF object by object, so that a document of a thousand pages never stands in memory.

Only where each object begins is remembered. The bytes depend on what is written and on nothing else: no clock, no
chance, no file name.
"""

import hashlib
import struct
import zlib
from typing import BinaryIO

OBJECTS_IN_A_STREAM = 200


def reference(number: int) -> bytes:
    """How an object refers to object `number`."""
    return b"%d 0 R" % number


def text(words: str) -> bytes:
    """A text string as PDF wants it: UTF-16 with its mark, in hexadecimal."""
    return b"<feff%s>" % words.encode("utf-16-be", "replace").hex().encode()


class DocumentWriter:
    """Writes one PDF 1.7 with compressed object streams. `reserve` numbers first, `write` each exactly once."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._digest = hashlib.sha256()
        self._position = 0
        self._places: list[tuple[int, int, int]] = [(0, 0, 65535)]
        self._waiting: list[tuple[int, bytes]] = []
        self._put(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def reserve(self, count: int = 1) -> int:
        """Set aside `count` numbers in a row; the first of them."""
        first = len(self._places)
        self._places += [(0, 0, 0)] * count
        return first

    def write(self, number: int, body: bytes) -> None:
        """Write an object that is no stream."""
        self._waiting.append((number, body))
        if len(self._waiting) == OBJECTS_IN_A_STREAM:
            self._write_waiting()

    def write_stream(self, number: int, entries: bytes, data: bytes) -> None:
        """Write a stream: its dictionary's entries without `/Length`, its bytes as they are to stand in the file."""
        self._places[number] = (1, self._position, 0)
        self._put(b"%d 0 obj\n<< %s /Length %d >>\nstream\n" % (number, entries, len(data)))
        self._put(data)
        self._put(b"\nendstream\nendobj\n")

    def add(self, body: bytes) -> int:
        """Write an object under the next number; that number."""
        number = self.reserve()
        self.write(number, body)
        return number

    def add_stream(self, data: bytes, entries: bytes = b"") -> int:
        """Write bytes as a compressed stream under the next number; that number."""
        number = self.reserve()
        self.write_stream(number, entries + b" /Filter /FlateDecode", zlib.compress(data, 6))
        return number

    def finish(self, root: int, info: int) -> None:
        """Write what waits and the table of where each object begins. The file's ID is a digest of all before it."""
        self._write_waiting()
        number, start = self.reserve(), self._position
        self._places[number] = (1, start, 0)
        table = b"".join(struct.pack(">BIH", kind, first, second) for kind, first, second in self._places)
        identity = self._digest.hexdigest()[:32].encode()
        entries = b"/Type /XRef /Size %d /W [1 4 2] /Root %s /Info %s /ID [<%s> <%s>] /Filter /FlateDecode" % (
            (len(self._places), reference(root), reference(info), identity, identity)
        )
        self.write_stream(number, entries, zlib.compress(table, 6))
        self._put(b"startxref\n%d\n%%%%EOF\n" % start)

    def _write_waiting(self) -> None:
        if not self._waiting:
            return
        number, index, bodies = self.reserve(), [], b""
        for place, (member, body) in enumerate(self._waiting):
            index.append(b"%d %d" % (member, len(bodies)))
            bodies += body + b"\n"
            self._places[member] = (2, number, place)
        head = b" ".join(index) + b"\n"
        entries = b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode" % (len(index), len(head))
        self.write_stream(number, entries, zlib.compress(head + bodies, 6))
        self._waiting = []

    def _put(self, data: bytes) -> None:
        self._out.write(data)
        self._digest.update(data)
        self._position += len(data)
