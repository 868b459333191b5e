"""Signatures as a pack prints them, and the wordings they stand under."""

import datetime
from typing import Protocol

from portal.models import User
from readiness.rules.pack_signatures import Meaning, Person, Signature


class Proven(Protocol):
    """A row that keeps how and when the signer proved who they are."""

    proof_method: str
    proof_at: datetime.datetime


class Meanings:
    """Collects the wordings of a pack; each gets a code (M1, M2 …) in the order in which the pack meets it."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Meaning] = {}

    def of(self, act: str, version: str, words: str) -> Meaning:
        """The wording of an act, the same object each time."""
        key = (act, version)
        if key not in self._found:
            self._found[key] = Meaning(code=self._code(version), act=act, words=words, version=version)
        return self._found[key]

    def all(self) -> tuple[Meaning, ...]:
        """Every wording met, in order."""
        return tuple(sorted(self._found.values(), key=lambda meaning: meaning.code))

    @staticmethod
    def _code(version: str) -> str:
        """The same in every part, so that a part can be kept: the version's own letter and number."""
        act, _, number = version.rpartition("-")
        return f"{act[:1].upper()}{number}" if act else version


def person(user: User, role: str = "") -> Person:
    """A person by name."""
    return Person(user.name, role)


def signature(
    by: Person, at: datetime.datetime, meaning: Meaning, proven: Proven, digest: str, policy: str = ""
) -> Signature:
    """A signature from the row that keeps it."""
    return Signature(
        by=by,
        at=at,
        meaning=meaning,
        method=proven.proof_method,
        proven_at=proven.proof_at,
        digest=digest,
        policy=policy,
    )
