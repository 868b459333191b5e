"""The gaps that weigh most, as a pack prints them (rules/gaps.py)."""

import datetime
from collections.abc import Iterable

from readiness.choices import ItemState
from readiness.rules import gaps
from readiness.rules.pack_contents import Gap
from readiness.rules.pack_reviews import Item, Review


def heaviest(reviews: Iterable[Review], tier: int, now: datetime.datetime) -> tuple[Gap, ...]:
    """The three that weigh most among the items of these reviews that count.

    A gap is open since the item was last rated, since its review began where nobody rated it yet: what is on record
    for that moment, so that the same pack says the same whenever it is made. What opens with the deployment is open
    since then at the earliest.
    """
    found = [_gap(item, review) for review in reviews for item in review.items if item.counts]
    return tuple(_printed(one) for one in gaps.scored(found, tier, now)[: gaps.SHOWN])


def _gap(item: Item, review: Review) -> gaps.Gap:
    standing = (item.state != ItemState.UNANSWERED and item.rated_at) or review.started_at
    since = gaps.open_since(standing, review.live_since if item.after_go else None)
    return gaps.Gap(item.key, item.title, ItemState(item.state), item.critical, since)


def _printed(one: gaps.Scored) -> Gap:
    gap = one.gap
    return Gap(gap.key, gap.title, one.in_full, state=gap.state, critical=gap.critical)
