"""How long a proof of identity holds, and who may sign."""

import datetime
from uuid import UUID

import pytest

from readiness.rules import signing, signoffs
from readiness.rules.signoffs import Contribution, SignOffFacts

NOON = datetime.datetime(2026, 11, 12, 12, 0, tzinfo=datetime.UTC)
ANNA, BORIS = UUID(int=1), UUID(int=2)


def at(minutes: float) -> datetime.datetime:
    return NOON + datetime.timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("last_signed", "now", "runs"),
    [
        (None, 0, True),
        (None, 4.9, True),
        (None, 5, False),
        (4, 8.9, True),
        (4, 9, False),
        (29, 29.9, True),
        (29, 30, False),
        (None, -1, False),
    ],
)
def test_a_signing_session_ends_5_minutes_after_the_last_act_and_30_after_the_proof(
    last_signed: float | None, now: float, runs: bool
) -> None:
    last = None if last_signed is None else at(last_signed)

    assert signing.may_sign(NOON, last, at(now)) is runs


def test_without_a_proof_nothing_is_signed() -> None:
    assert not signing.may_sign(None, at(0), at(1))
    assert not signing.may_decide(None, at(1))


def test_an_older_act_does_not_lengthen_the_session_of_a_newer_proof() -> None:
    assert signing.session_ends(NOON, at(-20)) == at(5)


def test_a_decision_needs_a_proof_under_5_minutes_old_whatever_was_signed_since() -> None:
    assert signing.may_decide(NOON, at(4.9))
    assert not signing.may_decide(NOON, at(5))


def facts(**changed: object) -> SignOffFacts:
    given: dict[str, object] = {
        "state": "green",
        "signed": False,
        "closed": "",
        "contributions": [Contribution(BORIS, "the rating")],
        "signer": ANNA,
    }
    return SignOffFacts(**{**given, **changed})  # type: ignore[arg-type]


def test_a_green_item_can_be_signed_by_somebody_who_did_not_contribute() -> None:
    assert signoffs.refusals(facts()) == ()


@pytest.mark.parametrize("state", ["red", "yellow", "unanswered", "waived", "na"])
def test_nothing_but_green_is_signed(state: str) -> None:
    assert signoffs.refusals(facts(state=state)) == ("Only a green item can be signed off.",)


def test_who_contributed_is_told_what_they_wrote() -> None:
    own = [Contribution(ANNA, "the rating"), Contribution(BORIS, "point 1"), Contribution(ANNA, "point 2")]

    assert signoffs.refusals(facts(contributions=own)) == ("You wrote the rating and point 2. Someone else must sign.",)


def test_a_signed_item_or_a_closed_review_is_not_signed_again() -> None:
    assert signoffs.refusals(facts(signed=True)) == ("It is signed already. Reopen it first.",)
    assert signoffs.refusals(facts(closed="The review is not open.")) == ("The review is not open.",)
