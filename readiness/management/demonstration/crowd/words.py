"""What texts say of a copy: other ids, names and digests in the same sentences."""

import hashlib
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from readiness.management.demonstration.crowd.patterns import Pattern

ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
DIGEST = r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])"


class Words:
    """Texts of one pattern, turned into those of its copies.

    `names` are the words that differ (a slug, a name, an address), each with that of every copy; they are replaced
    where they are a whole text, a whole string of JSON, or the service of an address. `digested` says what each
    digest was made of (before it, its salt), so that the copies' digests are made of what the copies say.
    """

    def __init__(
        self, pattern: Pattern, names: Mapping[str, Sequence[str]], digested: Mapping[str, tuple[bytes, str]]
    ) -> None:
        self._pattern, self._names, self._digested = pattern, names, digested
        longest_first = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        named = rf'(?:(?<=")|(?<=/services/)|\A)(?:{longest_first})(?=["/]|\Z)'
        self._words = re.compile(f"({ID}|{DIGEST}|{named})")
        self._found: dict[str, list[str] | None] = {}

    def each(self, text: str) -> list[str] | None:
        """The text of each copy; None where it is the same in all."""
        pieces = self._words.split(text)
        parts = [self._of(piece) if place % 2 else None for place, piece in enumerate(pieces)]
        if not any(parts):
            return None
        columns = [part or itertools.repeat(piece) for part, piece in zip(parts, pieces, strict=True)]
        return ["".join(row) for row in itertools.islice(_across(columns), self._pattern.copies)]

    def _of(self, word: str) -> list[str] | None:
        if word not in self._found:
            self._found[word] = self._anew(word)
        return self._found[word]

    def _anew(self, word: str) -> list[str] | None:
        if word in self._names:
            return list(self._names[word])
        if word in self._digested:
            salt, text = self._digested[word]
            texts = self.each(text)
            return [hashlib.sha256(salt + one.encode()).hexdigest() for one in texts] if texts else None
        if len(word) != len("00000000-0000-0000-0000-000000000000"):
            return None
        found = self._pattern.anew(UUID(word))
        return [str(one) for one in found] if found else None


def _across(columns: Sequence[Iterator[str] | Sequence[str]]) -> Iterator[tuple[str, ...]]:
    return zip(*columns, strict=False)  # some repeat without end
