"""Recording a verdict: once, with everything it saw, and only where the rules allow it."""

import json

import pytest

from portal.errors import DomainError
from readiness.actions import answers
from readiness.choices import ReviewState, Verdict
from readiness.models import Review
from tests.factories import launches
from tests.factories import reviews as review_factory

pytestmark = pytest.mark.django_db


def test_a_go_freezes_what_it_saw_and_locks_the_items() -> None:
    scene = launches.scene()
    decision = launches.decide(scene)
    assert (decision.verdict, decision.number, decision.sequence) == (Verdict.GO, 1, 1)
    frozen = json.loads(decision.snapshot)
    assert frozen["persons"] == {
        "needed": 3,
        "prepared": ["Enno Engineer"],
        "signed": ["Alma Approver"],
        "decided": "Dora Decider",
    }
    with pytest.raises(DomainError, match="locked"):
        answers.rate(
            scene.access("engineer"), answer=review_factory.answer(scene.review, "api.endpoints"), rating="", version=1
        )
    assert Review.objects.get(pk=scene.review.pk).state == ReviewState.DECIDED
