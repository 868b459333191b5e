"""The life-cycle of an incident: where it goes, what each move asks for, and when its severity may change."""

import pytest

from incidents.choices import IncidentState as State
from incidents.rules import lifecycle
from incidents.rules.lifecycle import Standing

READY = {"commander": "Ana"}


@pytest.mark.parametrize(
    ("was", "to", "goes"),
    [
        (State.INVESTIGATING, State.IDENTIFIED, True),
        (State.INVESTIGATING, State.MITIGATED, True),
        (State.INVESTIGATING, State.RESOLVED, True),
        (State.INVESTIGATING, State.CLOSED, False),
        (State.IDENTIFIED, State.INVESTIGATING, False),
        (State.MITIGATED, State.IDENTIFIED, False),
        (State.MITIGATED, State.RESOLVED, True),
        (State.RESOLVED, State.INVESTIGATING, True),
        (State.RESOLVED, State.MITIGATED, False),
        (State.CLOSED, State.INVESTIGATING, False),
        (State.CLOSED, State.CLOSED, False),
    ],
)
def test_it_goes_on_in_its_order_and_back_only_from_resolved(was: State, to: State, goes: bool) -> None:
    assert (lifecycle.obstacles(Standing(was, 3, **READY), to) == []) is goes


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"commander": ""}, "Nobody has taken command."),
        ({"open_steps": (2, 4)}, "2 steps of the playbook are open."),
        ({"open_steps": (4,)}, "1 step of the playbook is open."),
        ({"firing": ("Accuracy drop",)}, "The alert Accuracy drop is still firing."),
    ],
)
def test_it_is_not_resolved_while_something_stands_in_the_way(facts: dict[str, object], words: str) -> None:
    standing = Standing(State.MITIGATED, 2, **{**READY, **facts})  # type: ignore[arg-type]  # as the case has it
    assert lifecycle.obstacles(standing, State.RESOLVED) == [words]


@pytest.mark.parametrize(
    ("severity", "is_explained", "closes"), [(1, False, False), (2, False, False), (1, True, True), (3, False, True)]
)
def test_a_severe_one_is_closed_with_its_post_mortem_only(severity: int, is_explained: bool, closes: bool) -> None:
    standing = Standing(State.RESOLVED, severity, is_explained=is_explained)
    assert (lifecycle.obstacles(standing, State.CLOSED) == []) is closes


def test_one_that_was_severe_once_is_closed_with_its_post_mortem_only() -> None:
    standing = Standing(State.RESOLVED, 3, worst_severity=1)
    assert lifecycle.obstacles(standing, State.CLOSED) == [
        "What was once a sev-1 is closed once its post-mortem is published."
    ]


@pytest.mark.parametrize("to", [State.IDENTIFIED, State.MITIGATED, State.RESOLVED])
def test_every_move_says_something(to: State) -> None:
    assert lifecycle.move_refusals(Standing(State.INVESTIGATING, 3, **READY), to, " ") == {
        "text": [lifecycle.ASKED[to]]
    }


def test_a_state_that_is_none_is_refused_at_its_field() -> None:
    assert list(lifecycle.move_refusals(Standing(State.INVESTIGATING, 3), "over", "x")) == ["state"]


@pytest.mark.parametrize(
    ("state", "was", "to", "reason", "refused"),
    [
        (State.INVESTIGATING, 3, 2, "All payments.", set()),
        (State.INVESTIGATING, 2, 4, "One tenant only.", set()),
        (State.INVESTIGATING, 2, 2, "x", {"severity"}),
        (State.INVESTIGATING, 2, 5, "x", {"severity"}),
        (State.INVESTIGATING, 2, 1, "", {"text"}),
        (State.RESOLVED, 2, 3, "To be rid of the post-mortem.", {"severity"}),
        (State.RESOLVED, 2, 1, "It was worse.", set()),
        (State.CLOSED, 2, 1, "It was worse.", {"severity"}),
    ],
)
def test_severity_changes_with_a_reason_and_is_not_lowered_afterwards(
    state: State, was: int, to: int, reason: str, refused: set[str]
) -> None:
    assert set(lifecycle.severity_refusals(Standing(state, was), to, reason)) == refused
