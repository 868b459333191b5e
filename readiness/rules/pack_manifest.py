"""What lies in an audit pack's archive, by path and digest, and the one digest that stands for all of it.

The list of the record has the form that `sha256sum` reads and writes, so that a reader with nothing but a shell can
check it: `sha256sum --check record.sha256`, then `sha256sum record.sha256` gives the record digest of the cover.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

RECORD_LIST = "record.sha256"
DATA_FILE = "data.json"
READ_ME = "README.txt"
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the archive: path, name, number of bytes and their SHA-256. `service` is a slug or empty."""

    path: str
    name: str
    size: int
    digest: str
    service: str = ""


def evidence_path(name: str, digest: str) -> str:
    """Where a file of evidence lies: the start of its digest, so that nothing clashes, and its name made safe."""
    return f"evidence/{digest[:12]}-{safe_name(name)}"


def safe_name(name: str) -> str:
    """A file name that every system takes: ASCII letters, digits, dot, dash and underscore, at most 80 of them.

    Accents are taken off, everything else becomes a dash; the ending stays. Never empty, never a path.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    safe = re.sub(r"-{2,}", "-", re.sub(r"[^A-Za-z0-9._-]+", "-", plain)).strip("-. ") or "file"
    stem, dot, ending = safe.rpartition(".")
    if len(safe) <= LONGEST_NAME or not dot or len(ending) > 10:
        return safe[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"


def record_list(entries: Iterable[Entry]) -> str:
    """The list of all files of data and evidence, each path once, sorted, as `sha256sum` writes it."""
    lines = {entry.path: entry.digest for entry in entries}
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(lines.items()))


def record_digest(entries: Iterable[Entry]) -> str:
    """The record digest: SHA-256, in hex, of that list. It stands on the cover and in the archive's manifest."""
    return hashlib.sha256(record_list(entries).encode()).hexdigest()
