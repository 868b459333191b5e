"""Holds one number against its bounds, and says in words at what value it turns green."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from readiness.rules import figures
from readiness.rules.measure_kinds import Field, Unit


class Outcome(StrEnum):
    """What the numbers say; undecided where a number or its bound is missing."""

    MET = "met"
    NOT_MET = "not-met"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Bounds:
    """Between what a number is green, where the bound comes from, and what is lacking without one."""

    at_least: Decimal | None = None
    at_most: Decimal | None = None
    basis: str = ""
    lacking: str = "a target for it"

    @property
    def are_open(self) -> bool:
        """True where neither side is known, so that nothing can be decided."""
        return self.at_least is None and self.at_most is None


@dataclass(frozen=True)
class Comparison:
    """One number beside its bounds, with its outcome and a sentence for people."""

    name: str
    label: str
    unit: Unit
    value: Decimal | None
    bounds: Bounds
    outcome: Outcome
    sentence: str


def compare(entry: Field, value: Decimal | None, bounds: Bounds, currency: str) -> Comparison:
    """Compares one number with its bounds; a number that equals its bound is met."""
    outcome = _outcome(value, bounds)
    sentence = _sentence(entry, value, bounds, outcome, currency)
    return Comparison(entry.name, entry.label, entry.unit, value, bounds, outcome, sentence)


def undecided(entry: Field, sentence: str) -> Comparison:
    """Builds the comparison of something that cannot be compared yet, with the reason."""
    return Comparison(entry.name, entry.label, entry.unit, None, Bounds(), Outcome.UNDECIDED, sentence)


def worst(comparisons: tuple[Comparison, ...]) -> Outcome:
    """Returns the outcome of several: not met wins over undecided, undecided over met."""
    found = {comparison.outcome for comparison in comparisons}
    return next(outcome for outcome in (Outcome.NOT_MET, Outcome.UNDECIDED, Outcome.MET) if outcome in found)


def _outcome(value: Decimal | None, bounds: Bounds) -> Outcome:
    if value is None or bounds.are_open:
        return Outcome.UNDECIDED
    too_low = bounds.at_least is not None and value < bounds.at_least
    too_high = bounds.at_most is not None and value > bounds.at_most
    return Outcome.NOT_MET if too_low or too_high else Outcome.MET


def _sentence(entry: Field, value: Decimal | None, bounds: Bounds, outcome: Outcome, currency: str) -> str:
    found = "not entered" if value is None else figures.figure(value, entry.unit, currency)
    if bounds.are_open:
        return f"{entry.label}: {found}; undecided until there is {bounds.lacking}."
    verb = "green" if outcome is Outcome.MET else "turns green"
    span = figures.span(bounds.at_least, bounds.at_most, entry.unit, currency)
    return f"{entry.label}: {found}; {verb} at {span}{bounds.basis and f', {bounds.basis}'}."
