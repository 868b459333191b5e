"""What a verification finds, and what it has counted on its way."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import from_json

from portal.registry import Registry


@dataclass(frozen=True)
class Problem:
    """Where the record does not hold: the number of the event (0: none in particular), and what is wrong."""

    event: int
    what: str

    def __str__(self) -> str:
        """Reads as one line."""
        return f"event {self.event}: {self.what}" if self.event else self.what


@dataclass
class Tally:
    """What has been checked so far."""

    events: int = 0
    texts: int = 0
    erased: int = 0
    revisions: int = 0
    files: int = 0
    redacted: int = 0
    acts: dict[str, int] = field(default_factory=dict)


def facts_of(body: str) -> dict[str, Any]:
    """The facts of an event; none where its body cannot be read, which the chain's own check says."""
    try:
        facts = from_json(body)["facts"]
    except (ValueError, KeyError, TypeError):
        return {}
    return facts if isinstance(facts, dict) else {}


further_checks: Registry[Callable[[Tally], Iterator[Problem]]] = Registry("checks of the record")
"""What upper apps hold against the record: their sign-offs and decisions."""
