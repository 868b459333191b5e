"""When a review of the service may be closed."""

import pytest

from readiness.rules import closing
from readiness.rules.closing import ClosingItem

SIGNED = ClosingItem(critical=True, state="green", signed=True)


@pytest.mark.parametrize("item", [SIGNED, ClosingItem(critical=True, state="waived", signed=False)])
def test_a_prelaunch_review_is_complete_when_its_critical_items_are_met(item: ClosingItem) -> None:
    assert closing.refusal("prelaunch", [item, SIGNED], 1) == ""


@pytest.mark.parametrize("state", ["red", "yellow", "green"])
def test_a_prelaunch_review_with_an_unmet_critical_item_stays_open(state: str) -> None:
    items = [SIGNED, ClosingItem(critical=True, state=state, signed=False)]
    assert "1 critical item is neither green and signed off nor waived" in closing.refusal("prelaunch", items, 1)


def test_an_assessment_may_find_red() -> None:
    items = [ClosingItem(critical=True, state="red", signed=False)]
    assert closing.refusal("pillars", items, 1) == ""


def test_what_counts_is_answered_first() -> None:
    items = [ClosingItem(critical=False, state="unanswered", signed=False), SIGNED]
    assert closing.refusal("pillars", items, 2) == "1 item is not answered yet."
    assert closing.refusal("pillars", items, 3) == ""


def test_what_an_unconfirmed_tier_leaves_out_is_answered_or_the_tier_confirmed() -> None:
    items = [ClosingItem(critical=False, state="unanswered", signed=False), SIGNED]
    assert closing.refusal("pillars", items, 4, 4) == (
        "Tier 4 leaves items out and is not confirmed: an approver confirms it, or answer all."
    )
    assert closing.refusal("pillars", [SIGNED], 4, 4) == ""


def test_a_deployment_review_is_never_closed() -> None:
    assert "ends with the decision" in closing.refusal("deployment", [SIGNED], 2)
