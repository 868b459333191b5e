"""Whether an answer elsewhere may serve an item (product.md, Covered by): the stricter covers the looser."""

from collections.abc import Collection
from dataclasses import dataclass

from readiness.choices import ItemState


@dataclass(frozen=True)
class ServingAnswer:
    """An answer that might serve another: its state, and which of its points are ticked, not set aside."""

    critical: bool
    state: str
    signed: bool
    ticked: Collection[int] = ()


def counts(source: ServingAnswer, points: Collection[int] = ()) -> bool:
    """Whether it counts: green, signed off where it is critical, and these points of it ticked."""
    if source.state != ItemState.GREEN or (source.critical and not source.signed):
        return False
    return set(points) <= set(source.ticked)


def may_be_served(state: str, signed: bool, asked: Collection[int], settled: Collection[int]) -> bool:
    """Whether an item is still open to it: unsigned, and not green; of some points, that one of these is open.

    `asked` are the points to be served that apply, None of them: the whole item.
    """
    if signed:
        return False
    return not set(asked) <= set(settled) if asked else state != ItemState.GREEN
