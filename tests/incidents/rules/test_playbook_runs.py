"""When an incident counts as a drill of its runbook, by whom and how long."""

import datetime
from decimal import Decimal

import pytest

from incidents.rules import playbook_runs
from incidents.rules.playbook_runs import Ran, Ticked

NOON = datetime.datetime(2026, 11, 21, 12, 0, tzinfo=datetime.UTC)


def at(minute: float) -> datetime.datetime:
    return NOON + datetime.timedelta(minutes=minute)


def ran(*steps: Ticked, ended: float = 34, is_rollback: bool = False) -> Ran | None:
    return playbook_runs.ran(steps, at_hand=NOON, ended=at(ended), is_rollback=is_rollback)


@pytest.mark.parametrize(
    ("steps", "by"),
    [
        ((Ticked("done", 1, at(3)),), 1),
        ((Ticked("done", 1, at(3)), Ticked("done", 1, at(4)), Ticked("done", 2, at(9))), 1),
        ((Ticked("done", 1, at(3)), Ticked("done", 2, at(9))), 2),
        ((Ticked("done", 1, at(3)), Ticked("left-out", 2, at(9))), 1),
    ],
)
def test_whoever_did_most_steps_ran_it(steps: tuple[Ticked, ...], by: int) -> None:
    assert ran(*steps) == Ran(by, Decimal("34.0"))


@pytest.mark.parametrize(
    "steps",
    [(), (Ticked("left-out", 1, at(3)),), (Ticked("open", 1, at(3)),), (Ticked("done", 1, at(-3)),)],
)
def test_without_a_step_done_with_it_at_hand_nothing_was_run(steps: tuple[Ticked, ...]) -> None:
    assert ran(*steps) is None


def test_the_way_back_is_never_proven_by_an_incident() -> None:
    assert ran(Ticked("done", 1, at(3)), is_rollback=True) is None


@pytest.mark.parametrize(("ended", "minutes"), [(0, "0.1"), (-5, "0.1"), (12.34, "12.3"), (10**6, "99999.9")])
def test_the_minutes_are_those_that_a_drill_may_have(ended: float, minutes: str) -> None:
    assert ran(Ticked("done", 1, at(3)), ended=ended) == Ran(1, Decimal(minutes))
