"""Alerts are clear at a launch only where somebody is heard who would tell; an alert counts somewhere in any case."""

import datetime

import pytest

from incidents.choices import SourceKind
from incidents.rules import alert_blocks
from incidents.rules.alert_blocks import AlertFacts, Heard, Place
from readiness.choices import TriggerState

NOW = datetime.datetime(2026, 11, 21, 12, 0, tzinfo=datetime.UTC)
PRODUCTION, STAGING = Place("live", "production", True), Place("staging", "staging", True)


def heard(hours: int, kind: str = SourceKind.ALERTMANAGER, *, watches: bool = False, stuck: bool = False) -> Heard:
    return Heard(kind.title(), kind, NOW - datetime.timedelta(hours=hours), watches, stuck)


def state(*sources: Heard) -> TriggerState:
    found = alert_blocks.unusual([], PRODUCTION, heard=sources, url="/", at=NOW)
    assert found is not None
    return found.state


@pytest.mark.parametrize(
    ("kind", "last", "first"),
    [(SourceKind.EVIDENTLY, 48, 49), (SourceKind.SNS, 720, 721), (SourceKind.GENERIC, 720, 721)],
)
def test_a_source_is_silent_after_hours_that_suit_its_kind(kind: str, last: int, first: int) -> None:
    assert state(heard(last, kind)) is TriggerState.CLEAR
    assert state(heard(first, kind)) is TriggerState.UNKNOWN


def test_a_silent_source_matters_to_the_services_that_it_watched_unless_all_are_silent() -> None:
    lately = heard(1)
    assert state(lately, heard(99, SourceKind.EVIDENTLY)) is TriggerState.CLEAR
    assert state(lately, heard(99, SourceKind.EVIDENTLY, watches=True)) is TriggerState.UNKNOWN
    assert state(heard(999), heard(99, SourceKind.EVIDENTLY)) is TriggerState.UNKNOWN


def test_posts_that_could_not_be_taken_in_make_it_unknown() -> None:
    assert state(heard(1, stuck=True)) is TriggerState.UNKNOWN


def test_the_facts_say_who_was_last_heard_and_when() -> None:
    found = alert_blocks.unusual([], PRODUCTION, heard=[heard(99), heard(2)], url="/", at=NOW)
    assert found is not None
    assert found.facts == "No alert fires; Alertmanager was last heard 21 Nov 2026, 10:00 UTC."


def test_an_environment_that_the_service_does_not_have_is_production() -> None:
    strange = AlertFacts("Cost", "", "/a", strange="prod")
    fires = alert_blocks.unusual([strange], PRODUCTION, heard=[heard(1)], url="/", at=NOW)
    assert fires is not None
    assert (fires.state, "“prod”" in fires.facts) == (TriggerState.FIRING, True)
    elsewhere = alert_blocks.unusual([strange], STAGING, heard=[heard(1)], url="/", at=NOW)
    assert elsewhere is not None
    assert elsewhere.state is TriggerState.CLEAR
