"""Go, conditional go, no-go: which a launch allows, row by row, and every refusal as a sentence."""

import datetime
import uuid
from dataclasses import replace
from typing import Any

import pytest

from readiness.choices import TriggerState
from readiness.rules import go_no_go, triggers
from readiness.rules.go_no_go import Hands, ItemFacts, Snapshot
from readiness.rules.launch_requirements import Missing
from readiness.rules.triggers import Trigger

AT = datetime.datetime(2026, 11, 21, 14, 2, tzinfo=datetime.UTC)
ENGINEER, APPROVER, DECIDER = uuid.UUID(int=1), uuid.UUID(int=2), uuid.UUID(int=3)
HANDS = Hands(3, frozenset({ENGINEER}), frozenset({APPROVER}), DECIDER, others=("Hannelore",))


def _critical(state: str, *, signed: bool = True) -> ItemFacts:
    return ItemFacts("model.fallback", "Users are still served", True, state, signed)


def _other(state: str) -> ItemFacts:
    return ItemFacts("perf.latency", "p95 within need", False, state, url="/review#perf.latency")


def _trigger(state: TriggerState, key: str = "dependency") -> Trigger:
    return Trigger(key, triggers.TITLES[key], state, "The provider is down.", "Dependencies", AT)


def _snapshot(**changed: Any) -> Snapshot:
    base = Snapshot("3.2.0", "production", (), (_critical("green"), _other("green")), (), HANDS)
    return replace(base, **changed)


YES, NO = True, False


@pytest.mark.parametrize(
    ("items", "go", "conditional", "word"),
    [
        # every critical item green and signed, every other green
        ((_critical("green"), _other("green")), YES, NO, "Ready"),
        # yellow refuses nothing; it may be made a condition
        ((_critical("green"), _other("yellow")), YES, YES, "Ready"),
        # a red or unanswered item that is not critical needs a condition
        ((_critical("green"), _other("red")), NO, YES, "Conditions possible"),
        ((_critical("green"), _other("unanswered")), NO, YES, "Conditions possible"),
        # a critical item on credit needs a condition
        ((_critical("waived", signed=False), _other("green")), NO, YES, "Conditions possible"),
        # another item on credit needs none
        ((_critical("green"), _other("waived")), YES, NO, "Ready"),
        # a critical item that is green has to be signed
        ((_critical("green", signed=False), _other("red")), NO, NO, "Not ready"),
    ],
)
def test_what_the_items_allow(items: tuple[ItemFacts, ...], go: bool, conditional: bool, word: str) -> None:
    outlook = go_no_go.assess(_snapshot(items=items))
    assert (outlook.go.allowed, outlook.conditional_go.allowed, outlook.word) == (go, conditional, word)
    assert outlook.no_go.allowed


@pytest.mark.parametrize(
    ("state", "go"),
    [
        (TriggerState.FIRING, NO),
        (TriggerState.UNKNOWN, YES),
        (TriggerState.CLEAR, YES),
        (TriggerState.NOT_APPLICABLE, YES),
    ],
)
def test_a_firing_trigger_refuses_and_an_unknown_one_asks_to_be_accepted(state: TriggerState, go: bool) -> None:
    outlook = go_no_go.assess(_snapshot(triggers=(_trigger(state),), items=(_critical("green"), _other("yellow"))))
    assert (outlook.go.allowed, outlook.conditional_go.allowed) == (go, go)
    assert bool(outlook.unknown) is (state is TriggerState.UNKNOWN)
    assert outlook.no_go.allowed


def test_a_refusal_names_the_fact_and_leads_to_it() -> None:
    outlook = go_no_go.assess(_snapshot(triggers=(_trigger(TriggerState.FIRING),), items=(_other("red"),)))
    assert [
        (one.code, one.text, one.url) for one in outlook.go.refusals if one.code.startswith(("trigger", "open"))
    ] == [
        ("trigger:dependency", "An external dependency is unstable. The provider is down.", ""),
        (
            "open:red",
            "“p95 within need” is red. Settle it, or make it a condition of a conditional go.",
            "/review#perf.latency",
        ),
    ]


def test_refusals_of_one_kind_are_said_once_at_a_glance_with_each_item_within() -> None:
    items = (_critical("green"), *(replace(_other("unanswered"), title=f"Item {number}") for number in range(3)))
    firing = (_trigger(TriggerState.FIRING),)
    shown = go_no_go.assess(_snapshot(items=items, triggers=firing)).go.in_short
    assert shown[0].text.startswith("Firing: ")
    assert [reason.text for reason in shown[1:]] == ["3 items are not answered."]
    assert [refusal.gist for refusal in shown[1].parts] == ["Item 0", "Item 1", "Item 2"]


def test_a_single_refusal_keeps_its_sentence_at_a_glance() -> None:
    outlook = go_no_go.assess(_snapshot(items=(_critical("green"), _other("red"))))
    assert [reason.text for reason in outlook.go.in_short] == [refusal.text for refusal in outlook.go.refusals]


def test_a_conditional_go_with_nothing_open_leads_to_a_go_where_one_may_be_recorded() -> None:
    outlook = go_no_go.assess(_snapshot())
    assert outlook.go.allowed
    assert [one.text for one in outlook.conditional_go.refusals] == [
        "Nothing is open that could be a condition. Record a go."
    ]


@pytest.mark.parametrize(
    "refused",
    [
        {"triggers": (_trigger(TriggerState.FIRING),)},
        {"items": (_critical("green", signed=False), _other("green"))},
        {"hands": replace(HANDS, signed=frozenset({DECIDER}))},
        {"hands": replace(HANDS, may_decide=False)},
    ],
)
def test_it_does_not_lead_to_a_go_that_is_refused(refused: dict[str, Any]) -> None:
    outlook = go_no_go.assess(_snapshot(**refused))
    assert not outlook.go.allowed
    assert "Nothing is open that could be a condition." in [one.text for one in outlook.conditional_go.refusals]
    assert not any("Record a go" in one.text for one in outlook.conditional_go.against)


def test_a_missing_review_refuses_both() -> None:
    missing = (Missing("prelaunch", "Pre-launch review", "No pre-launch review of this service was closed."),)
    outlook = go_no_go.assess(_snapshot(missing=missing))
    assert [one.code for one in outlook.go.refusals] == ["missing:prelaunch"]
    assert not outlook.conditional_go.possible


def test_a_conditional_go_needs_something_that_can_be_a_condition() -> None:
    outlook = go_no_go.assess(_snapshot())
    assert [one.code for one in outlook.conditional_go.refusals] == ["nothing-open"]


def test_each_waived_critical_red_or_unanswered_item_becomes_a_condition() -> None:
    items = (_critical("waived"), _other("red"), replace(_other("unanswered"), key="docs.user"), _other("yellow"))
    assert [item.state for item in go_no_go.assess(_snapshot(items=items)).required] == ["waived", "red", "unanswered"]


@pytest.mark.parametrize(
    ("hands", "go", "no_go", "words"),
    [
        # three persons: prepared, signed, decided
        (HANDS, YES, YES, ""),
        # the decider signed: a third has to decide, where three are asked for
        (
            replace(HANDS, signed=frozenset({DECIDER})),
            NO,
            YES,
            "a third person has to decide. Somebody else decides: Hannelore.",
        ),
        # where two are asked for a signer may decide
        (replace(HANDS, needed=2, signed=frozenset({DECIDER})), YES, YES, ""),
        # the decider contributed to a critical item: no verdict at all
        (replace(HANDS, wrote=("Users are still served",)), NO, NO, "You contributed to “Users are still served”"),
        # no decider
        (replace(HANDS, may_decide=False, others=()), NO, NO, "The team has nobody else who may decide"),
        # the same person prepared and signed
        (replace(HANDS, prepared=frozenset({APPROVER})), NO, YES, "3 persons stand behind a go; here they would be 2."),
        # nobody signed
        (replace(HANDS, signed=frozenset()), NO, YES, "Nobody has signed an item yet"),
        # two persons where two are asked for
        (replace(HANDS, needed=2, prepared=frozenset({APPROVER})), YES, YES, ""),
    ],
)
def test_who_stands_behind_it(hands: Hands, go: bool, no_go: bool, words: str) -> None:
    outlook = go_no_go.assess(_snapshot(hands=hands))
    assert (outlook.go.allowed, outlook.no_go.allowed) == (go, no_go)
    assert words in " ".join(one.text for one in outlook.go.against)


def test_the_outlook_does_not_hang_on_who_looks() -> None:
    """A viewer sees Ready, and that somebody else decides."""
    outlook = go_no_go.assess(_snapshot(hands=replace(HANDS, may_decide=False)))
    assert (outlook.word, outlook.go.possible, outlook.go.allowed) == ("Ready", True, False)


def test_nothing_is_decided_on_a_cancelled_release() -> None:
    outlook = go_no_go.assess(_snapshot(closed="Release 3.2.0 is cancelled."))
    assert not any(outlook.choice(verdict).allowed for verdict in ("go", "conditional-go", "no-go"))


def test_a_no_go_is_recorded_with_what_stood_in_the_way_whoever_decided() -> None:
    snapshot = _snapshot(
        triggers=(_trigger(TriggerState.FIRING),), items=(_other("red"),), hands=replace(HANDS, may_decide=False)
    )
    assert [one.code for one in go_no_go.reasons(snapshot)] == ["trigger:dependency", "open:red"]
