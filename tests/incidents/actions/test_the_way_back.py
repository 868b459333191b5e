"""A rollback drill proves the way back as the rollback runbook had it: other steps end its validity, nothing else."""

import datetime
from decimal import Decimal

import pytest

from incidents.actions import runbooks as actions
from incidents.queries import runbooks as queries
from portal import clock
from portal.models import User
from readiness.actions import answers, evidence
from readiness.actions import reviews as starting
from readiness.choices import ItemState, TriggerState
from readiness.extension_points import WayBackPart, way_back_parts
from readiness.queries import drills as drill_queries
from readiness.queries import launch_subjects, launch_watch
from readiness.rules.triggers import Key
from tests.factories import launches, portal, reviews
from tests.factories import runbooks as factory

pytestmark = pytest.mark.django_db

ROLLBACK_ITEM = "prelaunch.rollback"
OTHER_STEPS = [{"do": "Go back", "command": "promote 3.1.0 --with-prompt 31"}]


def no_valid_drill(scene: launches.Scene) -> str:
    """How the trigger “no valid rollback drill” stands."""
    scene.service.refresh_from_db()
    subject = launch_subjects.find(scene.access("lead"), scene.service.slug, scene.release.label, "staging")
    assert subject is not None
    found = {trigger.key: trigger.state for trigger in launch_watch.at(subject, clock.now()).triggers}
    return str(found[Key.ROLLBACK_DRILL])


def engineer(scene: launches.Scene) -> User:
    return scene.engineer


def test_a_drill_from_before_any_rollback_runbook_counts_until_one_is_written() -> None:
    scene = launches.scene(answered=False)
    assert no_valid_drill(scene) == TriggerState.CLEAR
    factory.runbook(scene.service, engineer(scene), "Empty the cache", is_rollback=False)
    assert no_valid_drill(scene) == TriggerState.CLEAR
    factory.runbook(scene.service, engineer(scene))
    assert no_valid_drill(scene) == TriggerState.FIRING


def test_other_steps_end_the_validity_of_the_drill_and_a_new_drill_restores_it() -> None:
    scene = launches.scene(answered=False, drilled=False)
    runbook = factory.runbook(scene.service, engineer(scene))
    assert no_valid_drill(scene) == TriggerState.FIRING
    factory.drill(runbook, engineer(scene))
    assert no_valid_drill(scene) == TriggerState.CLEAR
    factory.revise(runbook, engineer(scene), steps=OTHER_STEPS)
    assert no_valid_drill(scene) == TriggerState.FIRING
    assert "rollback runbook" in queries.drills_of(factory.again(runbook), clock.now()).lines[0].refusal
    factory.drill(runbook, engineer(scene), revision=2)
    assert no_valid_drill(scene) == TriggerState.CLEAR


@pytest.mark.parametrize(
    "changed",
    [
        {"symptoms": "Errors above 0.5 %"},
        {"escalation": [{"who": "On call", "reached": "+49 30 5550199"}]},
        {"worse": [{"do": "Degrade", "command": "flag on"}]},
    ],
)
def test_what_a_drill_does_not_run_may_change(changed: dict[str, object]) -> None:
    scene = launches.scene(answered=False, drilled=False)
    runbook = factory.runbook(scene.service, engineer(scene))
    factory.drill(runbook, engineer(scene))
    assert factory.revise(runbook, engineer(scene), **changed)
    assert no_valid_drill(scene) == TriggerState.CLEAR


def test_a_new_revision_of_another_runbook_changes_nothing() -> None:
    scene = launches.scene(answered=False, drilled=False)
    other = factory.runbook(scene.service, engineer(scene), "Empty the cache", is_rollback=False)
    factory.drill(factory.runbook(scene.service, engineer(scene)), engineer(scene))
    factory.revise(other, engineer(scene), steps=OTHER_STEPS)
    assert no_valid_drill(scene) == TriggerState.CLEAR


def test_a_drill_of_an_older_revision_does_not_prove_the_one_that_stands() -> None:
    scene = launches.scene(answered=False, drilled=False)
    runbook = factory.runbook(scene.service, engineer(scene))
    factory.revise(runbook, engineer(scene), steps=OTHER_STEPS)
    factory.drill(runbook, engineer(scene), revision=1)
    assert no_valid_drill(scene) == TriggerState.FIRING
    factory.revise(runbook, engineer(scene), steps=factory.CONTENT["steps"])
    assert no_valid_drill(scene) == TriggerState.CLEAR


def test_a_retired_way_back_no_longer_stands_and_its_drill_proves_nothing() -> None:
    scene = launches.scene(answered=False, drilled=False)
    runbook = factory.runbook(scene.service, engineer(scene))
    factory.drill(runbook, engineer(scene))
    access = portal.access(engineer(scene))
    actions.retire(access, runbook=factory.again(runbook), seen=1, reason="The gateway does it")
    assert no_valid_drill(scene) == TriggerState.FIRING
    actions.bring_back(access, runbook=factory.again(runbook), seen=2, reason="It does not")
    assert no_valid_drill(scene) == TriggerState.CLEAR


def test_an_item_that_rests_on_the_drill_is_counted_anew_at_once() -> None:
    scene = launches.scene(answered=False, drilled=False)
    runbook = factory.runbook(scene.service, engineer(scene))
    drill = factory.drill(runbook, engineer(scene))
    launches.short_checklist("prelaunch", [ROLLBACK_ITEM])
    review = starting.start(scene.access("lead"), service=scene.service, kind="prelaunch")
    item = reviews.tick_all(scene.access("engineer"), reviews.answer(review, ROLLBACK_ITEM))
    evidence.attach_drill(scene.access("engineer"), answer=item, drill=drill)
    answers.rate(scene.access("engineer"), answer=item, rating="green", version=0)
    assert reviews.answer(review, ROLLBACK_ITEM).state == ItemState.GREEN
    factory.revise(runbook, engineer(scene), steps=OTHER_STEPS)
    assert reviews.answer(review, ROLLBACK_ITEM).state == ItemState.YELLOW


def test_without_incidents_the_way_back_is_what_the_service_declares() -> None:
    scene = launches.scene(answered=False)
    nothing = WayBackPart(lambda _service, _at: "", queries.way_back_row, lambda _content: "")
    with way_back_parts.holding("runbook", nothing):
        factory.runbook(scene.service, engineer(scene))
        assert no_valid_drill(scene) == TriggerState.CLEAR


def test_a_pack_reads_the_way_back_as_it_was_then() -> None:
    scene = launches.scene(answered=False, drilled=False)
    runbook = factory.runbook(scene.service, engineer(scene))
    before = clock.now()
    stood = queries.way_back(scene.service, before)
    factory.revise(runbook, engineer(scene), steps=OTHER_STEPS)
    assert queries.way_back(scene.service, before) == stood
    assert queries.way_back(scene.service, clock.now()) == queries.way_back(scene.service, None) != stood
    assert queries.way_back(scene.service, before - datetime.timedelta(days=1)) == ""


def test_a_drill_recorded_in_readiness_counts_too() -> None:
    scene = launches.scene(answered=False, drilled=False)
    factory.runbook(scene.service, engineer(scene))
    drill = launches.drill(scene, minutes=Decimal(3))
    assert drill_queries.standing(drill, scene.service, clock.now())[0] == ""
