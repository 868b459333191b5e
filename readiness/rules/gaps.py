"""The score of a gap (product.md, Gaps): state × critical × tier × (1 + weeks open ÷ 12), with its numbers. Pure."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType

from readiness.choices import ItemState, Priority

BY_STATE = MappingProxyType(
    {ItemState.RED: 3, ItemState.UNANSWERED: 2, ItemState.YELLOW: 1, ItemState.WAIVED: 1},
)
BY_CRITICAL = 3
BY_TIER = MappingProxyType({1: 4, 2: 3, 3: 2, 4: 1})
MOST_WEEKS = 12
SHOWN = 3
A_WEEK = datetime.timedelta(weeks=1)


def at_its_oldest(state: ItemState, *, critical: bool) -> int:
    """What such a gap weighs at its oldest, before its tier."""
    return BY_STATE[state] * (BY_CRITICAL if critical else 1) * 2


@dataclass(frozen=True, slots=True)
class Gap:
    """An item short of green, or a missing thing: what it is, how it stands since when, and where it is seen.

    `key` names it within its service. A missing thing of an upper app says how it counts by the same states.
    """

    key: str
    title: str
    state: ItemState
    critical: bool
    since: datetime.datetime
    url: str = ""
    why: str = ""
    domain: str = ""


def open_since(standing: datetime.datetime, owed: datetime.datetime | None) -> datetime.datetime:
    """Since when a gap is open: since it stands as it does, yet never before it was owed.

    `owed` is when the release reached production, for an item that opens only then; None for all others.
    """
    return max(standing, owed) if owed else standing


def origin_key(key: str) -> str:
    """How an action item names the gap it comes from, by the gap's key."""
    return f"gap:{key}"


@dataclass(frozen=True, slots=True)
class Scored:
    """A gap with the four numbers its score is made of: state, critical, tier, and weeks open (12 at most)."""

    gap: Gap
    state: int
    critical: int
    tier: int
    weeks: int

    @property
    def growth(self) -> Decimal:
        """By how much its age makes it heavier: 1 to 2."""
        return 1 + Decimal(self.weeks) / MOST_WEEKS

    @property
    def score(self) -> Decimal:
        """What it weighs."""
        return self.state * self.critical * self.tier * self.growth

    @property
    def words(self) -> str:
        """The score in short: 54, 5.3."""
        return _short(self.score, "0.1")

    @property
    def formula(self) -> str:
        """The numbers: “3 × 3 × 4 × 1.5”; the age on two places."""
        return f"{self.state} × {self.critical} × {self.tier} × {_short(self.growth, '0.01')}"

    @property
    def in_full(self) -> str:
        """Both: “3 × 3 × 4 × 1.5 = 54”."""
        return f"{self.formula} = {self.words}"


def scored(gaps: Iterable[Gap], tier: int, now: datetime.datetime) -> list[Scored]:
    """All of them, the heaviest first; ties by key. What is green or does not apply is no gap."""
    return sorted((weighed(gap, tier, now) for gap in gaps if gap.state in BY_STATE), key=heaviest_first)


def heaviest_first(one: Scored) -> tuple[Decimal, str]:
    """By what gaps are ordered: the heaviest first, ties by key (product.md, Gaps)."""
    return -one.score, one.gap.key


def priority(one: Scored) -> Priority:
    """How soon the action item of a gap is to be done: red and critical before all."""
    if one.critical == BY_CRITICAL:
        return Priority.HIGHEST if one.gap.state == ItemState.RED else Priority.HIGH
    return Priority.MEDIUM if one.gap.state in (ItemState.RED, ItemState.UNANSWERED) else Priority.LOW


def weighed(gap: Gap, tier: int, now: datetime.datetime) -> Scored:
    """What one gap weighs in a service of that tier; only a state that counts has a weight."""
    weeks = min(MOST_WEEKS, max(0, (now - gap.since) // A_WEEK))
    return Scored(gap, BY_STATE[gap.state], BY_CRITICAL if gap.critical else 1, BY_TIER[tier], weeks)


def _short(number: Decimal, places: str) -> str:
    """Without noughts at its end."""
    rounded = number.quantize(Decimal(places), ROUND_HALF_UP).normalize()
    return f"{rounded:f}"
