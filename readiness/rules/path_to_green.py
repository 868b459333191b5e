"""In what order the steps to a go are shown: the quickest first (product.md, Gaps). Pure."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from readiness.choices import ItemState
from readiness.rules.triggers import Key

PRESSES, ANSWERS, WORK = range(3)
"""What a step takes: one press of whoever may, an answer to what is known already, or work that is still to be done."""
_EFFORT = {
    "tier": PRESSES,
    "unknown": PRESSES,
    "unsigned": PRESSES,
    "role": PRESSES,
    "hands": PRESSES,
    f"open:{ItemState.UNANSWERED}": ANSWERS,
    f"open:{ItemState.WAIVED}": ANSWERS,
    f"trigger:{Key.DEPENDENCY}": ANSWERS,
    f"trigger:{Key.KEY_PERSON}": ANSWERS,
}


class Step(Protocol):
    """Anything to do that says what kind it is by a code of go_no_go, and in how many parts."""

    @property
    def code(self) -> str:
        """Its kind."""

    @property
    def size(self) -> int:
        """How many things it is."""


S = TypeVar("S", bound=Step)


def quickest_first(steps: Iterable[S]) -> list[S]:
    """By what they take, then by how many they are; what takes as long stays in the order in which it came.

    A kind that is not known here is work.
    """
    return sorted(steps, key=lambda step: (_EFFORT.get(step.code, WORK), step.size))
