"""The gaps that weigh most (product.md, Gaps): state × critical × tier × (1 + weeks open ÷ 12)."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from readiness.choices import ItemState
from readiness.rules.pack_contents import Gap
from readiness.rules.pack_reviews import Item, Review

BY_STATE = MappingProxyType(
    {ItemState.RED: 3, ItemState.UNANSWERED: 2, ItemState.YELLOW: 1, ItemState.WAIVED: 1},
)
BY_CRITICAL = 3
BY_TIER = MappingProxyType({1: 4, 2: 3, 3: 2, 4: 1})
MOST_WEEKS = 12
SHOWN = 3


@dataclass(frozen=True, slots=True)
class _Weighed:
    item: Item
    factors: tuple[int, int, int]
    weeks: int

    @property
    def score(self) -> Decimal:
        state, critical, tier = self.factors
        return state * critical * tier * (1 + Decimal(self.weeks) / MOST_WEEKS)

    @property
    def words(self) -> str:
        factors = " × ".join(map(str, self.factors))
        return f"{factors} × (1 + {self.weeks} ÷ {MOST_WEEKS}) = {self.score:.1f}"


def heaviest(reviews: Iterable[Review], tier: int, now: datetime.datetime) -> tuple[Gap, ...]:
    """The three that weigh most among the items of these reviews that count; ties by key.

    A gap is open since the item was last rated; since its review began, where nobody rated it yet.
    """
    found = [
        _weighed(item, review, tier, now)
        for review in reviews
        for item in review.items
        if item.counts and item.state in BY_STATE
    ]
    found.sort(key=lambda one: (-one.score, one.item.key))
    return tuple(_gap(one) for one in found[:SHOWN])


def _weighed(item: Item, review: Review, tier: int, now: datetime.datetime) -> _Weighed:
    since = (item.state != ItemState.UNANSWERED and item.rated_at) or review.started_at
    weeks = min(MOST_WEEKS, max(0, (now - since).days // 7))
    return _Weighed(item, (BY_STATE[item.state], BY_CRITICAL if item.critical else 1, BY_TIER[tier]), weeks)


def _gap(one: _Weighed) -> Gap:
    return Gap(one.item.key, one.item.title, one.words, state=one.item.state, critical=one.item.critical)
