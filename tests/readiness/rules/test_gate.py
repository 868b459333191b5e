"""What the gate answers, as a table."""

import datetime
from dataclasses import replace
from typing import Any

import pytest

from readiness.choices import DecisionState, TriggerState
from readiness.rules import gate
from readiness.rules.gate import GateFacts, OpenCondition, StandingDecision
from readiness.rules.triggers import Trigger

AT = datetime.datetime(2026, 11, 21, 14, 0, tzinfo=datetime.UTC)
ENDS = AT + datetime.timedelta(days=10)
OWED = OpenCondition("Rehearse the status page", "Amina", datetime.date(2026, 11, 25), AT + datetime.timedelta(days=5))
DOWN = Trigger(
    "dependency",
    "An external dependency is unstable",
    TriggerState.FIRING,
    "Down.",
    "Dependencies",
    AT,
    causes=("dependency:maps",),
)
GO = StandingDecision(4, "go", DecisionState.CURRENT, AT, ENDS)
OTHER = replace(DOWN, causes=("dependency:maps", "dependency:mail"))
HURRIED = replace(
    GO, verdict="emergency-go", conditions=(OWED,), accepted={"dependency": frozenset({"dependency:maps"})}
)
DRILL = replace(DOWN, key="rollback-drill")


def _facts(**changed: Any) -> GateFacts:
    return replace(GateFacts("3.2.0", "production", GO), **changed)


@pytest.mark.parametrize(
    ("facts", "verdict", "codes"),
    [
        (_facts(), "allow", []),
        (_facts(decision=None), "deny", ["no-decision"]),
        (_facts(decision=replace(GO, verdict="no-go")), "deny", ["no-go"]),
        (_facts(decision=replace(GO, state=DecisionState.EXPIRED)), "deny", ["expired"]),
        (_facts(decision=replace(GO, conditions=(OWED,))), "allow_with_conditions", []),
        (
            _facts(decision=replace(GO, state=DecisionState.LAPSED, conditions=(OWED,), late=(OWED,))),
            "deny",
            ["condition-lapsed"],
        ),
        (_facts(decision=replace(GO, changed=("The targets changed.",))), "deny", ["changed-since-decision"]),
        (_facts(triggers=(DOWN,)), "deny", ["trigger:dependency"]),
        (_facts(triggers=(replace(DOWN, state=TriggerState.UNKNOWN),)), "allow", []),
        # A condition that was met, but late: nothing is owed any more, and the go has lapsed all the same.
        (_facts(decision=replace(GO, state=DecisionState.LAPSED, late=(OWED,))), "deny", ["condition-lapsed"]),
        # Taken in error: what it was does not matter, nor what has changed since.
        (_facts(decision=replace(GO, state=DecisionState.WITHDRAWN)), "deny", ["no-decision"]),
        (_facts(decision=replace(GO, verdict="no-go", state=DecisionState.WITHDRAWN)), "deny", ["no-decision"]),
        (
            _facts(decision=replace(GO, state=DecisionState.WITHDRAWN, changed=("It changed.",)), triggers=(DOWN,)),
            "deny",
            ["no-decision"],
        ),
        # Rolled back by a decider: it is decided anew before it goes again.
        (_facts(decision=replace(GO, state=DecisionState.ROLLED_BACK)), "deny", ["rolled-back"]),
        # Superseded is never the newest; a no-go that is newest denies.
        (_facts(decision=replace(GO, verdict="no-go", expires_at=None), triggers=(DOWN,)), "deny", ["no-go"]),
        # An emergency go goes over what it accepted by name, and over nothing else.
        (_facts(decision=HURRIED, triggers=(DOWN,)), "allow_with_conditions", []),
        (_facts(decision=HURRIED, triggers=(DOWN, DRILL)), "deny", ["trigger:rollback-drill"]),
        # What came later was not accepted, be it of the same kind; nor is what does not say what makes it fire.
        (_facts(decision=HURRIED, triggers=(OTHER,)), "deny", ["trigger:dependency"]),
        (_facts(decision=HURRIED, triggers=(replace(DOWN, causes=()),)), "deny", ["trigger:dependency"]),
        (
            _facts(decision=replace(HURRIED, state=DecisionState.LAPSED, late=(OWED,)), triggers=(DOWN,)),
            "deny",
            ["condition-lapsed"],
        ),
        # All that ended it is said at once.
        (
            _facts(decision=replace(GO, state=DecisionState.EXPIRED, changed=("It changed.",)), triggers=(DOWN, DRILL)),
            "deny",
            ["expired", "changed-since-decision", "trigger:dependency", "trigger:rollback-drill"],
        ),
        (_facts(closed="Release 3.2.0 is cancelled."), "deny", ["closed"]),
        (_facts(closed="Cancelled.", decision=None), "deny", ["closed", "no-decision"]),
        (
            _facts(decision=replace(GO, changed=("It changed.",)), triggers=(DOWN,)),
            "deny",
            ["changed-since-decision", "trigger:dependency"],
        ),
    ],
)
def test_may_it_be_deployed(facts: GateFacts, verdict: str, codes: list[str]) -> None:
    found = gate.answer(facts, "deploy")
    assert (found.verdict, [reason.code for reason in found.reasons]) == (verdict, codes)


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        (_facts(was_live_with_go=True), "allow"),
        (_facts(was_live_with_go=True, triggers=(DOWN,), decision=None), "allow"),
        (_facts(was_live_with_go=True, decision=replace(GO, state=DecisionState.EXPIRED)), "allow"),
        (_facts(was_live_with_go=True, decision=replace(GO, state=DecisionState.LAPSED, late=(OWED,))), "allow"),
        (_facts(was_live_with_go=True, decision=replace(GO, verdict="no-go")), "allow"),
        (_facts(was_live_with_go=True, closed="The service is paused."), "allow"),
        (_facts(was_live_with_go=False), "deny"),
    ],
)
def test_going_back_to_what_was_live_with_a_go_is_always_allowed(facts: GateFacts, verdict: str) -> None:
    assert gate.answer(facts, "rollback").verdict == verdict


@pytest.mark.parametrize(
    ("decision", "ends", "until"),
    [
        (GO, (), ENDS),
        (replace(GO, expires_at=None), (), None),
        (replace(GO, conditions=(OWED,)), (), OWED.ends_at),
        (GO, (AT + datetime.timedelta(days=2),), AT + datetime.timedelta(days=2)),
    ],
)
def test_it_says_until_when_it_holds_if_nothing_changes(
    decision: StandingDecision, ends: tuple[datetime.datetime, ...], until: datetime.datetime | None
) -> None:
    assert gate.answer(_facts(decision=decision, ends=ends), "deploy").valid_until == until


def test_a_denial_holds_until_nothing() -> None:
    assert gate.answer(_facts(triggers=(DOWN,)), "deploy").valid_until is None
