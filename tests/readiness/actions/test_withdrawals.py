"""A decision taken in error is withdrawn by a row of its own: the gate denies and what it locked is open again."""

import datetime

import pytest

from portal import clock
from portal.errors import Conflict, DomainError, NotPermitted, ProofNeeded
from portal.models import Notification
from readiness.actions import withdrawals
from readiness.choices import DecisionState
from readiness.models import LaunchDecision
from readiness.queries import decisions, gate, locks, waiting
from tests.factories import launches
from tests.factories.launches import Scene

pytestmark = pytest.mark.django_db


def _withdraw(of: Scene, decision: LaunchDecision, **changed: object) -> None:
    told = {"reason": "Recorded for the wrong release.", "proof": launches.proof(), "who": "decider", **changed}
    withdrawals.withdraw(of.access(str(told.pop("who"))), decision=decision, **told)  # type: ignore[arg-type]


def test_a_withdrawn_go_lets_nothing_pass_and_opens_what_it_locked() -> None:
    scene = launches.scene()
    decision = launches.going_live(scene)
    assert locks.standing_go(scene.review)

    _withdraw(scene, decision)

    asked = gate.ask(
        scene.access("lead"),
        scene.service.slug,
        release="3.2.0",
        environment="production",
        purpose="deploy",
        now=clock.now(),
    )
    assert asked is not None
    assert [reason.code for reason in asked.answer.reasons] == ["no-decision"]
    assert "withdrawn" in asked.answer.reasons[0].detail
    assert locks.standing_go(scene.review) is None
    assert decisions.now_of(decision, clock.now()).state == DecisionState.WITHDRAWN
    scene.service.status.refresh_from_db()
    assert scene.service.status.in_production == "withdrawn"
    assert waiting.decisions(scene.access("decider")).count() == 1


def test_everybody_on_the_record_hears_of_it() -> None:
    scene = launches.scene()
    decision = launches.going_live(scene)

    _withdraw(scene, decision)

    told = Notification.objects.filter(kind="decision-withdrawn").values_list("recipient__name", flat=True)
    assert sorted(told) == ["Alma Approver", "Enno Engineer", "Priya Lead"]


def test_it_needs_a_decider_a_reason_and_a_fresh_proof_and_happens_once() -> None:
    scene = launches.scene()
    decision = launches.decide(scene)

    with pytest.raises(NotPermitted):
        _withdraw(scene, decision, who="lead")
    with pytest.raises(ProofNeeded):
        _withdraw(scene, decision, proof=launches.proof(datetime.timedelta(minutes=6)))
    with pytest.raises(DomainError) as refused:
        _withdraw(scene, decision, reason=" ")
    assert list(refused.value.errors) == ["reason"]
    _withdraw(scene, decision)
    with pytest.raises(Conflict):
        _withdraw(scene, decision)


def test_what_was_superseded_has_nothing_left_to_withdraw() -> None:
    scene = launches.scene()
    first = launches.decide(scene, "no-go")
    launches.decide(scene)

    with pytest.raises(DomainError):
        _withdraw(scene, first)


def test_after_a_withdrawn_go_the_release_is_decided_anew() -> None:
    scene = launches.scene()
    _withdraw(scene, launches.decide(scene))

    again = launches.decide(scene)

    assert decisions.now_of(again, clock.now()).allows
