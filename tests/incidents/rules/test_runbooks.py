"""What a runbook's fields hold, how somebody is reached, and which part a drill exercises."""

import datetime
from decimal import Decimal

import pytest

from incidents.rules import rehearsals, runbooks
from incidents.rules.rehearsals import Rehearsal
from portal.rules import document_fields

TODAY = datetime.date(2026, 11, 21)


@pytest.mark.parametrize(
    ("reached", "address"),
    [
        ("+49 30 5550142", "tel:+49305550142"),
        ("(030) 555-0142", "tel:0305550142"),
        ("oncall@example.com", "mailto:oncall@example.com"),
        ("https://provider.example.com/status", "https://provider.example.com/status"),
        ("#inc-support", ""),
        ("javascript:alert(1)", ""),
        ("https://", ""),
        ("a@b.example?bcc=everybody@c.example", ""),
        ("12", ""),
        ("", ""),
    ],
)
def test_how_somebody_is_reached_leads_to_a_call_or_a_mail(reached: str, address: str) -> None:
    assert runbooks.call(reached) == address


def test_a_drill_exercises_steps_and_verification_alone() -> None:
    content = {"steps": [{"do": "Go back"}], "verification": [{"check": "Answers"}], "symptoms": "Errors"}
    assert runbooks.exercised(content) == {"steps": [{"do": "Go back"}], "verification": [{"check": "Answers"}]}


def test_a_command_is_kept_exactly_over_several_lines() -> None:
    command = 'promote 3.1.0 \\\n  --reason "$INCIDENT"'
    kept = document_fields.tidied(runbooks.FIELDS, {"steps": [{"do": "Go back", "command": command}]})
    assert kept["steps"][0]["command"] == command


def test_a_step_says_what_to_do() -> None:
    content = document_fields.tidied(runbooks.FIELDS, {"steps": [{"command": "promote 3.1.0"}]})
    assert document_fields.refusals(runbooks.FIELDS, content) == {"steps": ["Row 1, what to do: this is missing."]}


def told(days_ago: int, by: int = 1, result: str = "passed", refusal: str = "") -> Rehearsal:
    return Rehearsal(by, TODAY - datetime.timedelta(days_ago), result, Decimal(4), refusal)


def test_everybody_who_ran_it_to_the_end_can_run_it_the_last_one_first() -> None:
    found = rehearsals.can_run([told(200, by=1), told(3, by=2), told(9, by=1), told(1, by=3, result="failed")])
    assert list(found.items()) == [
        (2, TODAY - datetime.timedelta(3)),
        (1, TODAY - datetime.timedelta(9)),
    ]


def test_the_next_drill_is_due_when_the_last_one_that_counts_runs_out() -> None:
    assert rehearsals.due_on([told(1, refusal="It did not pass."), told(30)]) == TODAY + datetime.timedelta(60)
    assert rehearsals.due_on([told(30, refusal="The way back has changed since.")]) is None
    assert rehearsals.due_on([]) is None


@pytest.mark.parametrize(("days_ago", "counts"), [(90, True), (91, False)])
def test_a_drill_counts_for_90_days(days_ago: int, counts: bool) -> None:
    assert (rehearsals.refusal(told(days_ago), TODAY) == "") is counts


@pytest.mark.parametrize(
    ("minutes", "target", "state"), [("15", "15", "green"), ("15.1", "15", "red"), ("15", None, "na")]
)
def test_minutes_are_held_against_the_target(minutes: str, target: str | None, state: str) -> None:
    assert rehearsals.kept_time(Decimal(minutes), Decimal(target) if target else None) == state
