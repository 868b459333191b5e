"""The seven no-go triggers: each case as a row a compliance person can read."""

import datetime

import pytest

from readiness.choices import TriggerState
from readiness.rules import triggers
from readiness.rules.triggers import CriticalItem, DependencyFacts, DomainFacts, DrillLine, Trigger

AT = datetime.datetime(2026, 11, 21, 14, 2, tzinfo=datetime.UTC)
DAY = datetime.date(2026, 11, 23)
LATER = datetime.date(2026, 11, 30)

FIRING, CLEAR, UNKNOWN, NA = TriggerState.FIRING, TriggerState.CLEAR, TriggerState.UNKNOWN, TriggerState.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("states", "state", "facts"),
    [
        (["green", "green"], CLEAR, "2 of 2 are green; none on credit."),
        (["green", "waived"], CLEAR, "1 of 2 are green; 1 on credit."),
        (["green", "yellow"], FIRING, "1 of 2 critical items stands open:"),
        (["red", "unanswered", "green"], FIRING, "2 of 3 critical items stand open:"),
        ([], CLEAR, "0 of 0 are green; none on credit."),
    ],
)
def test_a_critical_item_neither_green_nor_on_credit_fires(states: list[str], state: TriggerState, facts: str) -> None:
    items = [CriticalItem(f"Item {number}", found) for number, found in enumerate(states)]
    found = triggers.critical_items(items, AT, review="deployment review")
    assert (found.state, found.facts, found.source) == (state, facts, "the deployment review")


def test_it_names_each_item_that_is_not_met_with_what_is_said_of_it() -> None:
    item = CriticalItem("Users are still served", "red", "2 points are open", "/services/x/reviews/1/#model.fallback")
    found = triggers.critical_items([item], AT, review="deployment review")
    assert [(one.text, one.state, one.more, one.url) for one in found.details] == [
        ("Users are still served", "red", "2 points are open", "/services/x/reviews/1/#model.fallback")
    ]


def test_without_a_review_nothing_is_known_of_its_critical_items() -> None:
    assert triggers.critical_items([], AT, review="").state is UNKNOWN


@pytest.mark.parametrize(("deployed", "state"), [(False, NA), (True, UNKNOWN)])
def test_metrics_are_not_applicable_before_the_first_deployment_and_unknown_after(
    deployed: bool, state: TriggerState
) -> None:
    assert triggers.unusual_metrics(AT, environment="production", deployed=deployed).state is state


@pytest.mark.parametrize(
    ("domain", "state", "words"),
    [
        (DomainFacts("Drift", "Priya"), CLEAR, "there on 23 Nov 2026"),
        (DomainFacts("Drift"), FIRING, "Nobody is accountable for Drift."),
        (DomainFacts("Drift", "Priya", away_until=LATER), FIRING, "away until 30 Nov 2026, and nobody stands in"),
        (DomainFacts("Drift", "Priya", away_until=LATER, deputy="Kwame"), CLEAR, "the deputy Kwame stands in"),
        (DomainFacts("Drift", "Priya", closed=True), FIRING, "has a closed account"),
    ],
)
def test_a_key_person_is_there_or_a_deputy_is(domain: DomainFacts, state: TriggerState, words: str) -> None:
    found = triggers.key_person([DomainFacts("Logging", "Li Na"), domain], DAY, AT)
    assert found.state is state
    assert words in found.facts


@pytest.mark.parametrize(
    ("declared", "third_party", "state"),
    [
        (["stable", "stable"], False, CLEAR),
        (["stable", "degraded"], False, FIRING),
        (["unknown", "down"], False, FIRING),
        (["stable", "unknown"], False, UNKNOWN),
        ([], False, NA),
        ([], True, UNKNOWN),
    ],
)
def test_a_dependency_counts_as_it_was_declared(declared: list[str], third_party: bool, state: TriggerState) -> None:
    found = [DependencyFacts(f"store {number}", one, DAY) for number, one in enumerate(declared)]
    assert triggers.dependencies(found, AT, third_party=third_party).state is state


def test_a_dependency_says_since_when_and_why() -> None:
    down = DependencyFacts("Provider", "down", DAY, "Every second call fails.")
    found = triggers.dependencies([down], AT, third_party=True)
    assert found.facts == "Provider: down, declared 23 Nov 2026. “Every second call fails.”"


@pytest.mark.parametrize(
    ("drills", "state", "words"),
    [
        ([], FIRING, "No rollback drill is on record."),
        ([DrillLine("Back in 4 minutes.", "", LATER)], CLEAR, "Back in 4 minutes. Valid until 30 Nov 2026"),
        ([DrillLine("Tried.", "It did not pass.", LATER)], FIRING, "Tried. It did not pass."),
        ([DrillLine("New.", "It changed.", LATER), DrillLine("Old.", "", LATER)], CLEAR, "Old."),
    ],
)
def test_one_valid_rollback_drill_is_enough(drills: list[DrillLine], state: TriggerState, words: str) -> None:
    found = triggers.rollback_drill(drills, AT)
    assert found.state is state
    assert words in found.facts


def test_what_has_no_source_is_unknown_and_says_that_it_is_not_monitored_here() -> None:
    found = triggers.not_monitored(triggers.Key.SEV1_OPEN, AT)
    assert (found.state, found.monitored) == (UNKNOWN, False)
    assert found.facts.startswith("Not monitored here")


def _said(key: str, state: TriggerState, facts: str = "facts", source: str = "Incidents") -> Trigger:
    return Trigger(key, triggers.TITLES.get(key, key), state, facts, source, AT)


def test_a_source_takes_the_place_that_waited_for_it() -> None:
    own = [triggers.not_monitored(triggers.Key.SEV1_OPEN, AT)]
    assert triggers.merged(own, [_said("sev-1-open", CLEAR, "None is open.")])[0].facts == "None is open."


@pytest.mark.parametrize(
    ("own", "other", "state"),
    [
        (CLEAR, FIRING, FIRING),
        (FIRING, CLEAR, FIRING),
        (CLEAR, UNKNOWN, UNKNOWN),
        (NA, CLEAR, CLEAR),
        (CLEAR, NA, CLEAR),
    ],
)
def test_of_two_that_say_the_same_thing_the_worse_counts(
    own: TriggerState, other: TriggerState, state: TriggerState
) -> None:
    merged = triggers.merged([_said("dependency", own, "ours")], [_said("dependency", other, "theirs")])
    assert [one.state for one in merged] == [state]


def test_both_facts_are_shown_where_two_sources_speak() -> None:
    merged = triggers.merged(
        [_said("dependency", CLEAR, "Stable.", "Dependencies")], [_said("dependency", FIRING, "Down.")]
    )
    assert (merged[0].facts, merged[0].source) == ("Down. Stable.", "Incidents, Dependencies")


def test_a_trigger_of_another_app_stands_beside_the_seven() -> None:
    merged = triggers.merged([_said("dependency", CLEAR)], [_said("budget-spent", FIRING)])
    assert [one.key for one in merged] == ["dependency", "budget-spent"]


def test_the_page_shows_the_worst_first() -> None:
    shown = triggers.worst_first([_said("a", NA), _said("b", CLEAR), _said("c", UNKNOWN), _said("d", FIRING)])
    assert [one.key for one in shown] == ["d", "c", "b", "a"]


def test_there_are_seven() -> None:
    assert len(triggers.TITLES) == len(triggers.Key) == 7
