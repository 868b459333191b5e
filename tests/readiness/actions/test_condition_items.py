"""The action items of a decision's conditions follow them: nobody ends, moves or takes up one on its own."""

import pytest

from portal.errors import DomainError
from readiness.actions import action_item_changes, conditions
from readiness.actions.action_item_changes import Change
from readiness.models import ActionItem
from tests.factories import launches

pytestmark = pytest.mark.django_db


def test_it_is_done_when_the_condition_is_met_and_not_before_nor_taken_up_after() -> None:
    scene = launches.scene()
    launches.rated(scene, "api.endpoints", "yellow")
    decision = launches.decide(scene, "conditional-go", conditions=[launches.condition(scene, "api.endpoints")])
    lead, item = scene.access("lead"), ActionItem.objects.get()

    def change(**wanted: object) -> None:
        action_item_changes.change(lead, item=item, wanted=Change(**wanted), revision=item.revision)  # type: ignore[arg-type]

    change(state="in-progress")
    for wanted in ({"state": "done"}, {"state": "dropped", "reason": "Not now."}, {"owner": scene.lead}):
        with pytest.raises(DomainError, match="stand in the decision"):
            change(**wanted)
    conditions.meet(lead, condition=decision.conditions.get(), note="Both answer as described.")
    item.refresh_from_db()
    assert item.state == "done"
    with pytest.raises(DomainError, match="Its condition is settled"):
        change(state="open")
