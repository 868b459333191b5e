"""Colours of the ten pillars, from the items of a service's current reviews (product.md, Colours of a pillar)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from readiness.choices import ItemState
from readiness.rules import scoring

TITLES: Mapping[int, str] = MappingProxyType(
    {
        1: "Data quality",
        2: "Model performance",
        3: "Security and access",
        4: "Capacity and scale",
        5: "Observability",
        6: "Graceful degradation",
        7: "Compliance and privacy",
        8: "Versioning and rollback",
        9: "Cost",
        10: "Documentation",
    }
)
SHORT_TITLES: Mapping[int, str] = MappingProxyType(
    {
        1: "Data",
        2: "Model",
        3: "Security",
        4: "Capacity",
        5: "Observe",
        6: "Degrade",
        7: "Privacy",
        8: "Release",
        9: "Cost",
        10: "Docs",
    }
)
"""What the pillars are called, in full and at the head of a narrow column."""

MISSED_TO_YELLOW = 2
MISSED_TO_RED = 3
"""How many cycles in a row a recurring check may be missed before its pillar turns."""


@dataclass(frozen=True)
class PillarItem:
    """One item of a current review, as far as its pillar is concerned. `counts` is false where the tier makes it
    optional or it opens only after a deployment still to come.
    """

    pillar: int
    critical: bool
    state: str
    counts: bool = True


@dataclass(frozen=True)
class Pillar:
    """One pillar: its colour and how many of its items apply, are green, and are open (short of green)."""

    number: int
    state: str
    open: int
    applicable: int
    green: int

    @property
    def title(self) -> str:
        """What it is called."""
        return TITLES[self.number]


def pillars(items: Iterable[PillarItem], missed: Mapping[int, int] = MappingProxyType({})) -> tuple[Pillar, ...]:
    """The ten pillars in order. `missed` gives for a pillar how many cycles in a row its worst check was missed."""
    of_pillar: dict[int, list[PillarItem]] = {number: [] for number in TITLES}
    for item in items:
        of_pillar[item.pillar].append(item)
    return tuple(_pillar(number, found, missed.get(number, 0)) for number, found in of_pillar.items())


def _pillar(number: int, items: Sequence[PillarItem], missed: int) -> Pillar:
    counted = [item for item in items if item.counts and item.state != ItemState.NOT_APPLICABLE]
    green = sum(1 for item in counted if item.state == ItemState.GREEN)
    return Pillar(
        number=number,
        state=str(_layered(_colour(items, counted), missed)),
        open=len(counted) - green,
        applicable=len(counted),
        green=green,
    )


def _colour(items: Sequence[PillarItem], counted: Sequence[PillarItem]) -> ItemState:
    """A pillar nothing was asked about is unanswered, never not applicable."""
    return scoring.colour([(item.critical, item.state) for item in counted]) if items else ItemState.UNANSWERED


def _layered(colour: ItemState, missed: int) -> ItemState:
    """A missed cycle is a layer on top: it can only make a colour worse."""
    if missed >= MISSED_TO_RED:
        return ItemState.RED
    return scoring.worst([colour, ItemState.YELLOW]) if missed >= MISSED_TO_YELLOW else colour


@dataclass(frozen=True)
class Standing:
    """A service in numbers, as its status row keeps them. `red` and `yellow` count pillars, the rest items."""

    pillars: tuple[Pillar, ...]
    red: int
    yellow: int
    applicable: int
    answered: int
    green: int
    waived: int


def standing(items: Sequence[PillarItem], missed: Mapping[int, int] = MappingProxyType({})) -> Standing:
    """The ten pillars and the two numbers (answered, green) over all items that count."""
    ten = pillars(items, missed)
    progress = scoring.progress(item.state for item in items if item.counts)
    return Standing(
        pillars=ten,
        red=sum(1 for pillar in ten if pillar.state == ItemState.RED),
        yellow=sum(1 for pillar in ten if pillar.state == ItemState.YELLOW),
        applicable=progress.applicable,
        answered=progress.answered,
        green=progress.green,
        waived=progress.waived,
    )


def as_words(ten: Iterable[Pillar]) -> list[str]:
    """The pillars in order, as the status row keeps them: "yellow 2 9 7" for state, open, applicable, green.

    Words and not objects: a list of a thousand services reads ten thousand of them.
    """
    return [f"{pillar.state} {pillar.open} {pillar.applicable} {pillar.green}" for pillar in ten]


def from_words(kept: Sequence[str]) -> tuple[Pillar, ...]:
    """The reverse of `as_words`; ten unanswered pillars where nothing was kept yet."""
    return tuple(_from_words(number, words) for number, words in enumerate(kept, 1)) if kept else pillars(())


def _from_words(number: int, words: str) -> Pillar:
    state, *figures = words.split()
    return Pillar(number, state, *map(int, figures))
