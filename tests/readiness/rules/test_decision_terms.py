"""What a decider has to state, by verdict; each mistake at the field it came from."""

import datetime
from dataclasses import replace
from typing import Any

import pytest

from readiness.choices import TriggerState, Verdict
from readiness.rules import decision_terms, go_no_go
from readiness.rules.decision_terms import ConditionTerms, Confirmations, Terms
from readiness.rules.go_no_go import Choice, ItemFacts, Outlook
from readiness.rules.triggers import Trigger

NOW = datetime.datetime(2026, 11, 21, 14, 0, tzinfo=datetime.UTC)
TODAY = NOW.date()
HOUR = datetime.timedelta(hours=1)
SAID = Confirmations("Jürgen", NOW + HOUR, "drill-1", "3.1.0", "The service desk", NOW - HOUR)
UNKNOWN = Trigger("sev-1-open", "A sev-1 incident is open", TriggerState.UNKNOWN, "Not monitored here.", "none", NOW)
ITEM = ItemFacts("perf.latency", "p95 within need", False, "red")


def _outlook(*, unknown: bool = False, required: bool = False) -> Outlook:
    choice = Choice(Verdict.GO)
    return Outlook(choice, choice, choice, (ITEM,) if required else (), (), (UNKNOWN,) if unknown else ())


def _fields(terms: Terms, outlook: go_no_go.Outlook | None = None) -> dict[str, list[str]]:
    return decision_terms.refusals(terms, outlook or _outlook(), valid_drills={"drill-1"}, now=NOW, today=TODAY)


def _condition(**changed: Any) -> ConditionTerms:
    base = ConditionTerms("perf.latency", "Bring p95 under 1.80 s", "Priya", TODAY + datetime.timedelta(days=30))
    return replace(base, **changed)


def test_a_no_go_needs_its_reason_and_nothing_else() -> None:
    assert _fields(Terms("no-go", "The load test failed.")) == {}
    assert list(_fields(Terms("no-go", "  "), _outlook(unknown=True))) == ["rationale"]


def test_a_go_needs_the_three_confirmations() -> None:
    assert _fields(Terms("go", "Proven.", SAID)) == {}
    assert set(_fields(Terms("go", "Proven."))) == {
        "on_call",
        "on_call_until",
        "drill",
        "return_to",
        "told",
        "told_at",
    }


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"on_call": ""}, "on_call", "Name who is on call."),
        ({"on_call_until": NOW}, "on_call_until", "This moment has passed."),
        ({"drill": "drill-2"}, "drill", "This drill does not count any more. Choose another."),
        ({"return_to": " "}, "return_to", "Name what to return to."),
        ({"return_to": "x" * 121}, "return_to", "This has 121 characters; 120 is the most."),
        ({"told_at": NOW + HOUR}, "told_at", "This moment is still to come. Tell them first."),
    ],
)
def test_a_confirmation_that_is_not_right_says_why(changed: dict[str, Any], field: str, words: str) -> None:
    assert _fields(Terms("go", "Proven.", replace(SAID, **changed))) == {field: [words]}


def test_what_is_unknown_is_accepted_with_a_reason() -> None:
    outlook = _outlook(unknown=True)
    assert list(_fields(Terms("go", "Proven.", SAID), outlook)) == ["acknowledged-sev-1-open"]
    assert _fields(Terms("go", "Proven.", SAID, acknowledged={"sev-1-open": "Watched by hand."}), outlook) == {}


@pytest.mark.parametrize(
    ("changed", "part", "words"),
    [
        ({"text": ""}, "text", "Say what is to be done."),
        ({"text": "x" * 301}, "text", "This has 301 characters; 300 is the most."),
        ({"owner": ""}, "owner", "Name who does it."),
        ({"due_on": None}, "due_on", "Say until when."),
        ({"due_on": TODAY - datetime.timedelta(days=1)}, "due_on", "This day has passed."),
        (
            {"due_on": TODAY + datetime.timedelta(days=31)},
            "due_on",
            "A condition is due within 30 days: 21 Dec 2026 or earlier.",
        ),
    ],
)
def test_a_condition_has_words_an_owner_and_a_day_within_thirty(changed: dict[str, Any], part: str, words: str) -> None:
    terms = Terms("conditional-go", "Small gaps.", SAID, [_condition(**changed)])
    assert _fields(terms, _outlook(required=True)) == {f"condition-perf.latency-{part}": [words]}


def test_every_item_that_needs_a_condition_gets_one() -> None:
    terms = Terms("conditional-go", "Small gaps.", SAID)
    words = _fields(terms, _outlook(required=True))["condition-perf.latency-due_on"]
    assert words == ["“p95 within need” needs a condition: an owner and a date."]


def test_a_conditional_go_without_a_condition_is_a_go() -> None:
    words = _fields(Terms("conditional-go", "Small gaps.", SAID))
    assert words == {"": ["Nothing asks for a condition. Tick one below, or record a go."]}
