"""What a recorded decision is worth as time passes."""

import datetime

import pytest

from readiness.rules import decision_states
from readiness.rules.decision_states import DecisionFacts

DECIDED = datetime.datetime(2026, 11, 1, 9, 0, tzinfo=datetime.UTC)


def _after(**time: float) -> datetime.datetime:
    return DECIDED + datetime.timedelta(**time)


@pytest.mark.parametrize(
    ("facts", "now", "state"),
    [
        ({"verdict": "go"}, _after(days=13, hours=23), "current"),
        ({"verdict": "go"}, _after(days=14), "expired"),
        ({"verdict": "go", "deployed": True}, _after(days=400), "current"),
        ({"verdict": "no-go"}, _after(days=400), "current"),
        ({"verdict": "go", "superseded": True}, _after(days=1), "superseded"),
        ({"verdict": "go", "superseded": True}, _after(days=99), "superseded"),
        ({"verdict": "conditional-go", "owed_on": datetime.date(2026, 11, 8)}, _after(days=7), "current"),
        ({"verdict": "conditional-go", "owed_on": datetime.date(2026, 11, 8)}, _after(days=8), "lapsed"),
        (
            {"verdict": "conditional-go", "owed_on": datetime.date(2026, 11, 8), "deployed": True},
            _after(days=8),
            "lapsed",
        ),
        ({"verdict": "conditional-go", "owed_on": None, "deployed": True}, _after(days=99), "current"),
        ({"verdict": "emergency-go", "owed_on": datetime.date(2026, 11, 3)}, _after(days=2), "current"),
        ({"verdict": "emergency-go", "owed_on": datetime.date(2026, 11, 3)}, _after(days=3), "lapsed"),
        ({"verdict": "emergency-go"}, _after(days=14), "expired"),
        ({"verdict": "go", "withdrawn": True}, _after(days=1), "withdrawn"),
        ({"verdict": "no-go", "withdrawn": True}, _after(days=1), "withdrawn"),
        ({"verdict": "go", "withdrawn": True, "superseded": True}, _after(days=99), "withdrawn"),
        ({"verdict": "go", "deployed": True, "rolled_back": True}, _after(days=1), "rolled-back"),
        ({"verdict": "go", "rolled_back": True, "superseded": True}, _after(days=1), "superseded"),
        (
            {"verdict": "conditional-go", "owed_on": datetime.date(2026, 11, 3), "rolled_back": True},
            _after(days=9),
            "rolled-back",
        ),
        # Overdue and never deployed: the condition is what is said of it.
        ({"verdict": "conditional-go", "owed_on": datetime.date(2026, 11, 3)}, _after(days=20), "lapsed"),
    ],
)
def test_the_state_is_computed(facts: dict[str, object], now: datetime.datetime, state: str) -> None:
    found = DecisionFacts(decided_at=DECIDED, **facts)  # type: ignore[arg-type]
    assert decision_states.state(found, now, now.date()) == state


@pytest.mark.parametrize(
    ("verdict", "allows"), [("go", True), ("conditional-go", True), ("emergency-go", True), ("no-go", False)]
)
def test_only_a_go_that_holds_allows(verdict: str, allows: bool) -> None:
    facts = DecisionFacts(verdict, DECIDED)
    assert decision_states.allows(facts, _after(days=1), _after(days=1).date()) is allows
    assert not decision_states.allows(facts, _after(days=15), _after(days=15).date())
