"""What an item counts as."""

import pytest

from readiness.choices import ItemState
from readiness.rules import scoring
from readiness.rules.comparisons import Outcome
from readiness.rules.scoring import AnswerFacts

CASES = [
    # what is said of the item → what it counts as
    (AnswerFacts(critical=True), "unanswered"),
    (AnswerFacts(critical=False, rating="red"), "red"),
    (AnswerFacts(critical=False, rating="yellow"), "yellow"),
    (AnswerFacts(critical=False, rating="green"), "green"),
    (AnswerFacts(critical=True, rating="green", counting=1), "green"),
    (AnswerFacts(critical=True, rating="green", counting=0), "yellow"),
    (AnswerFacts(critical=True, rating="green", counting=0, outdated=2), "yellow"),
    (AnswerFacts(critical=False, rating="green", outdated=1), "yellow"),
    (AnswerFacts(critical=False, rating="green", outdated=1, counting=1), "green"),
    (AnswerFacts(critical=False, rating="green", open_points=(3,)), "yellow"),
    (AnswerFacts(critical=False, rating="green", measured=Outcome.MET), "green"),
    (AnswerFacts(critical=False, rating="green", measured=Outcome.NOT_MET), "yellow"),
    (AnswerFacts(critical=False, rating="green", measured=Outcome.UNDECIDED), "yellow"),
    (AnswerFacts(critical=True, rating="red", waived=True), "waived"),
    (AnswerFacts(critical=True, waived=True), "waived"),
    (AnswerFacts(critical=True, rating="green", counting=1, waived=True), "green"),
    (AnswerFacts(critical=True, applies=False, rating="red"), "na"),
]


@pytest.mark.parametrize(("facts", "state"), CASES)
def test_an_item_counts_as(facts: AnswerFacts, state: str) -> None:
    assert scoring.outcome(facts).state == state


def test_what_is_missing_is_said_in_sentences() -> None:
    facts = AnswerFacts(critical=True, rating="green", open_points=(1, 4), outdated=1, measured=Outcome.NOT_MET)

    assert scoring.obstacles_to_green(facts) == (
        "2 points are open.",
        "Its evidence is outdated: a critical item needs one piece that counts now.",
        "The numbers do not meet their target.",
    )


@pytest.mark.parametrize(
    ("states", "colour"),
    [
        (["green", "red", "unanswered"], ItemState.RED),
        (["green", "yellow", "unanswered"], ItemState.UNANSWERED),
        (["waived", "yellow"], ItemState.YELLOW),
        (["waived", "green"], ItemState.WAIVED),
        (["green", "na"], ItemState.GREEN),
        (["na"], ItemState.NOT_APPLICABLE),
    ],
)
def test_the_worst_state_stands_for_several(states: list[str], colour: str) -> None:
    assert scoring.worst(states) == colour


def test_answered_and_green_are_two_numbers_and_on_credit_is_in_neither_green_nor_unanswered() -> None:
    progress = scoring.progress(["green", "green", "waived", "yellow", "red", "unanswered", "na"])

    assert (progress.applicable, progress.answered, progress.green, progress.na) == (6, 5, 2, 1)
    assert (progress.answered_percent, progress.green_percent) == (83, 33)


def test_all_but_one_is_never_rounded_up_to_all() -> None:
    assert scoring.progress(["green"] * 399 + ["red"]).green_percent == 99


def test_at_tier_3_and_4_only_critical_items_count() -> None:
    assert [scoring.counts(critical=False, tier=tier) for tier in (1, 2, 3, 4)] == [True, True, False, False]
    assert scoring.counts(critical=True, tier=4)
