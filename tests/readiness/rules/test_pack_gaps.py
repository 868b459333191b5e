"""The gaps that weigh most: state × critical × tier × (1 + weeks open ÷ 12), three of them, ties by key."""

import datetime

from readiness.choices import ItemState
from readiness.rules import pack_gaps
from readiness.rules.pack_reviews import Item, Review, ReviewSection

NOW = datetime.datetime(2026, 9, 30, tzinfo=datetime.UTC)
STARTED = NOW - datetime.timedelta(weeks=4, days=3)


def heaviest(*items: Item, tier: int = 1) -> list[tuple[str, str]]:
    review = Review("Deployment review", "1.0", "Open", "Ann", STARTED, (ReviewSection("All", items),))
    return [(gap.item_key, gap.score) for gap in pack_gaps.heaviest([review], tier, NOW)]


def test_a_red_critical_item_of_tier_one_weighs_most() -> None:
    found = heaviest(
        Item("a.yellow", "A", ItemState.YELLOW),
        Item("b.open", "B", ItemState.UNANSWERED, critical=True),
        Item("c.red", "C", ItemState.RED, critical=True),
        Item("d.green", "D", ItemState.GREEN, critical=True),
    )
    assert found == [
        ("c.red", "3 × 3 × 4 × 1.33 = 48"),
        ("b.open", "2 × 3 × 4 × 1.33 = 32"),
        ("a.yellow", "1 × 1 × 4 × 1.33 = 5.3"),
    ]


def test_a_gap_is_open_since_it_was_rated_and_counts_twelve_weeks_at_most() -> None:
    old, new = NOW - datetime.timedelta(weeks=40), NOW - datetime.timedelta(days=6)
    found = heaviest(
        Item("a.old", "A", ItemState.RED, rated_at=old), Item("b.new", "B", ItemState.RED, rated_at=new), tier=4
    )
    assert found == [("a.old", "3 × 1 × 1 × 2 = 6"), ("b.new", "3 × 1 × 1 × 1 = 3")]


def test_what_does_not_count_is_no_gap_and_three_are_named_by_key_where_they_weigh_the_same() -> None:
    items = [Item(key, key, ItemState.WAIVED) for key in ("d", "b", "a", "c")]
    found = heaviest(*items, Item("z", "Z", ItemState.RED, counts=False))
    assert [key for key, _ in found] == ["a", "b", "c"]


def test_what_opens_with_the_deployment_is_open_since_then() -> None:
    items = (Item("a.after", "A", ItemState.UNANSWERED, after_go=True), Item("b.before", "B", ItemState.UNANSWERED))
    live_since = NOW - datetime.timedelta(weeks=1)
    sections = (ReviewSection("All", items),)
    review = Review("Deployment review", "1.0", "Open", "Ann", STARTED, sections, live_since=live_since)
    found = pack_gaps.heaviest([review], 1, NOW)
    assert [(gap.item_key, gap.score) for gap in found] == [
        ("b.before", "2 × 1 × 4 × 1.33 = 10.7"),
        ("a.after", "2 × 1 × 4 × 1.08 = 8.7"),
    ]
