"""What an item counts as: from its rating, its points, its evidence and its numbers (product.md, Items)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from readiness.choices import Colour, ItemState
from readiness.rules.comparisons import Outcome

OPTIONAL_FROM_TIER = 3
"""At this tier and those after it an item that is not critical is optional."""
WORST_FIRST = (ItemState.RED, ItemState.UNANSWERED, ItemState.YELLOW, ItemState.WAIVED, ItemState.GREEN)
"""The order of states, for lists and where one state has to stand for several."""


@dataclass(frozen=True)
class AnswerFacts:
    """What decides an item's state.

    `open_points` are the numbers of applicable points neither ticked nor set aside with a reason; `counting` and
    `outdated` count evidence, `taken_out` what was withdrawn when it no longer counted: to take a piece out proves
    nothing, so it caps the item as it did before. `measured` is None where the item has no numbers.
    `covered`: an answer elsewhere that counts serves the whole item.
    """

    critical: bool
    applies: bool = True
    rating: str = ""
    open_points: tuple[int, ...] = ()
    counting: int = 0
    outdated: int = 0
    taken_out: int = 0
    measured: Outcome | None = None
    waived: bool = False
    covered: bool = False


@dataclass(frozen=True)
class ItemOutcome:
    """The state, and what stands between the item and green as sentences."""

    state: ItemState
    obstacles: tuple[str, ...] = ()


def outcome(facts: AnswerFacts) -> ItemOutcome:
    """The state of an item. A green rating that no longer holds counts as yellow; a waived item is never green."""
    if not facts.applies:
        return ItemOutcome(ItemState.NOT_APPLICABLE)
    if facts.covered:
        return ItemOutcome(ItemState.GREEN)
    obstacles = obstacles_to_green(facts)
    if facts.rating == Colour.GREEN and not obstacles:
        return ItemOutcome(ItemState.GREEN)
    if facts.waived:
        return ItemOutcome(ItemState.WAIVED, obstacles)
    if not facts.rating:
        return ItemOutcome(ItemState.UNANSWERED, obstacles)
    return ItemOutcome(ItemState.RED if facts.rating == Colour.RED else ItemState.YELLOW, obstacles)


def obstacles_to_green(facts: AnswerFacts) -> tuple[str, ...]:
    """Why the item cannot be green now; empty when it can."""
    return () if facts.covered else tuple(_obstacles(facts))


def _obstacles(facts: AnswerFacts) -> Iterable[str]:
    if facts.open_points:
        # Their number, not their numbers: a point that was left out keeps its own, and nobody sees that one.
        count = len(facts.open_points)
        yield "1 point is open." if count == 1 else f"{count} points are open."
    if facts.critical and not facts.counting:
        yield _missing_evidence(facts.outdated)
    elif facts.outdated and not facts.counting:
        yield "Its evidence is outdated."
    elif facts.taken_out and not facts.counting:
        yield "Its evidence no longer counted and was withdrawn: attach a piece that counts."
    if facts.measured is Outcome.NOT_MET:
        yield "The numbers do not meet their target."
    if facts.measured is Outcome.UNDECIDED:
        yield "A number or its target is missing."


def said(rating: str, state: str, text: str) -> str:
    """What is printed of an item short of green: its text; of one rated green that counts less, not its good words."""
    if rating == ItemState.GREEN and state != ItemState.GREEN:
        return "rated green, but its points, evidence or number no longer bear it"
    return text


def _missing_evidence(outdated: int) -> str:
    if outdated:
        return "Its evidence is outdated: a critical item needs one piece that counts now."
    return "A critical item needs one piece of evidence."


def colour(items: Collection[tuple[bool, str]]) -> ItemState:
    """The colour of a section or pillar, from (critical, state) of the items in it that count.

    Worst first (product.md, Colours of a pillar). While nothing in it is answered it is unanswered, critical or not:
    green would say that somebody had looked.
    """
    applicable = [(critical, state) for critical, state in items if state != ItemState.NOT_APPLICABLE]
    if not applicable:
        return ItemState.NOT_APPLICABLE
    if all(state == ItemState.UNANSWERED for _, state in applicable):
        return ItemState.UNANSWERED
    others_red = (False, ItemState.RED) in applicable
    criticals = [state for critical, state in applicable if critical]
    return worst([*criticals, ItemState.YELLOW if others_red else ItemState.GREEN])


def worst(states: Iterable[str]) -> ItemState:
    """The worst of these states; not applicable where there is none."""
    found = set(states)
    return next((state for state in WORST_FIRST if state in found), ItemState.NOT_APPLICABLE)


@dataclass(frozen=True)
class Progress:
    """Two numbers, never one: answered and green, of the items that count; on credit stands apart from green."""

    applicable: int
    answered: int
    green: int
    waived: int
    yellow: int
    red: int
    unanswered: int
    na: int = 0

    @property
    def answered_percent(self) -> int:
        """Answered, in whole per cent, rounded down so that 100 means all."""
        return 100 * self.answered // self.applicable if self.applicable else 0

    @property
    def green_percent(self) -> int:
        """Green, in whole per cent, rounded down."""
        return 100 * self.green // self.applicable if self.applicable else 0


def progress(states: Iterable[str]) -> Progress:
    """Counts the states of the items that count; not applicable ones are left out."""
    states = list(states)
    counted = [state for state in states if state != ItemState.NOT_APPLICABLE]
    number = {state: counted.count(state) for state in WORST_FIRST}
    return Progress(
        applicable=len(counted),
        answered=len(counted) - number[ItemState.UNANSWERED],
        green=number[ItemState.GREEN],
        waived=number[ItemState.WAIVED],
        yellow=number[ItemState.YELLOW],
        red=number[ItemState.RED],
        unanswered=number[ItemState.UNANSWERED],
        na=len(states) - len(counted),
    )


def leaves_out(tier: int) -> bool:
    """Whether non-critical items are optional at a tier: it holds once an approver has confirmed it."""
    return tier >= OPTIONAL_FROM_TIER


def counts(critical: bool, tier: int) -> bool:
    """Whether an item counts for progress and go: from a tier on the non-critical ones are optional (product.md)."""
    return critical or not leaves_out(tier)
