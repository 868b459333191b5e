"""Recording a verdict: with everything it saw, only where the rules allow it, and told to whom it concerns."""

import datetime
import hashlib
import json
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import override_settings

from portal import clock
from portal.errors import Conflict, DomainError, NotPermitted, ProofNeeded
from portal.models import AuditEvent, Notification
from portal.permissions import Role
from readiness.actions import answers, conditions, dependencies, releases, reviews, service_changes, signoffs
from readiness.choices import Verdict
from readiness.models import Condition, LaunchDecision
from readiness.queries import answers as answer_queries
from readiness.queries import decisions as decision_queries
from readiness.queries import release_places
from readiness.queries.review_frame import ReviewFrame
from tests.factories import launches, portal, readiness
from tests.factories import reviews as review_factory
from tests.factories.launches import Scene

pytestmark = pytest.mark.django_db


def _is_open(scene: Scene) -> bool:
    """Whether an item before the go can be answered."""
    answer = review_factory.answer(scene.review, "api.endpoints")
    return answer_queries.closed(answer, ReviewFrame(answer.review)) == ""


def _frozen(decision: LaunchDecision) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(decision.snapshot)
    return found


def _state(decision: LaunchDecision) -> str:
    return decision_queries.now_of(decision, clock.now()).state.value


def _refused(scene: launches.Scene, verdict: str = "go", **changed: Any) -> dict[str, list[str]]:
    with pytest.raises(DomainError) as refusal:
        launches.decide(scene, verdict, **changed)
    assert not LaunchDecision.objects.filter(service=scene.service).exists()
    return refusal.value.errors


def test_a_go_freezes_who_prepared_signed_and_decided() -> None:
    decision = launches.decide(launches.scene())
    assert (decision.verdict, decision.number, decision.sequence) == (Verdict.GO, 1, 1)
    assert _frozen(decision)["persons"] == {
        "needed": 3,
        "prepared": ["Enno Engineer"],
        "signed": ["Alma Approver"],
        "decided": "Dora Decider",
    }


@launches.unwatched()
def test_it_freezes_items_triggers_confirmations_and_reasons() -> None:
    scene = launches.scene()
    frozen = _frozen(launches.decide(scene))
    item = next(one for one in frozen["items"] if one["key"] == "deploy.rollout")
    assert [point["state"] for point in item["points"]] == ["ticked"]
    assert (item["signoff"]["by"], item["evidence"][0]["title"]) == ("Alma Approver", "Run 1184")
    assert len(frozen["triggers"]) == 7
    unknown = [trigger for trigger in frozen["triggers"] if trigger["state"] == "unknown"]
    assert {trigger["acknowledged"] for trigger in unknown} == {"Watched by hand until it is connected."}
    assert frozen["decision"]["confirmations"]["on_call"] == "Enno Engineer"
    assert frozen["progress"]["green"] == 4


def test_the_digest_is_that_of_the_file_one_downloads() -> None:
    decision = launches.decide(launches.scene())
    assert hashlib.sha256(decision.snapshot.encode()).hexdigest() == decision.snapshot_digest


def test_a_go_for_production_locks_the_items_before_it() -> None:
    scene = launches.scene()
    launches.going_live(scene)
    answer = review_factory.answer(scene.review, "api.endpoints")
    with pytest.raises(DomainError, match="A go locks"):
        answers.rate(scene.access("engineer"), answer=answer, rating="", version=1)
    assert not _is_open(scene)


def test_a_go_for_elsewhere_leaves_them_open_until_production_is_decided() -> None:
    scene = launches.scene()
    launches.decide(scene, environment="staging")
    assert _is_open(scene)


def test_a_no_go_for_elsewhere_does_not_open_what_a_go_for_production_locked() -> None:
    scene = launches.scene()
    launches.live(scene)
    launches.decide(scene, "no-go", environment="staging")
    assert not _is_open(scene)


def test_a_go_that_expired_locks_nothing() -> None:
    scene = launches.scene()
    launches.going_live(scene)
    with clock.at(clock.now() + datetime.timedelta(days=15)):
        assert _is_open(scene)


def test_a_review_that_a_go_stands_on_is_not_abandoned() -> None:
    scene = launches.scene()
    launches.going_live(scene)
    with pytest.raises(DomainError, match="A go stands on this review"):
        reviews.abandon(scene.access("lead"), review=scene.review, reason="Superseded")


def test_a_no_go_leaves_them_open_and_keeps_what_stood_in_the_way() -> None:
    scene = launches.scene(signed=False)
    decision = launches.decide(scene, "no-go")
    assert any("not signed off" in reason for reason in _frozen(decision)["reasons"])
    assert _is_open(scene)


def test_a_no_go_after_a_go_opens_them_again() -> None:
    scene = launches.scene()
    first = launches.going_live(scene)
    launches.decide(scene, "no-go", environment="production")
    assert _is_open(scene)
    assert _state(first) == "superseded"


def test_what_is_live_stays_locked() -> None:
    scene = launches.scene()
    launches.live(scene)
    with clock.at(clock.now() + datetime.timedelta(days=200)):
        assert not _is_open(scene)


def test_a_conditional_go_sets_owned_and_dated_conditions() -> None:
    scene = launches.scene()
    launches.rated(scene, "api.endpoints", "red")
    errors = _refused(scene, "go")
    assert any("is red" in reason for reason in errors["verdict"])
    decision = launches.decide(scene, "conditional-go", conditions=[launches.condition(scene, "api.endpoints")])
    condition = decision.conditions.get()
    assert (condition.owner, condition.item_key) == (scene.engineer, "api.endpoints")
    assert _frozen(decision)["decision"]["conditions"][0]["owner"] == "Enno Engineer"


def test_a_condition_is_met_once_by_somebody_who_says_how() -> None:
    scene = launches.scene()
    launches.rated(scene, "api.endpoints", "yellow")
    decision = launches.decide(scene, "conditional-go", conditions=[launches.condition(scene, "api.endpoints")])
    condition = decision.conditions.get()
    with pytest.raises(DomainError, match="by what"):
        conditions.meet(scene.access("engineer"), condition=condition, note=" ")
    conditions.meet(scene.access("engineer"), condition=condition, note="Run 1190 is green.")
    with pytest.raises(DomainError, match="already"):
        conditions.meet(scene.access("lead"), condition=condition, note="Me too.")
    with pytest.raises(NotPermitted):
        conditions.meet(scene.access("approver"), condition=condition, note="Me too.")
    assert Condition.objects.get(pk=condition.pk).met.note == "Run 1190 is green."


@pytest.mark.parametrize(("age", "allowed"), [(0, True), (299, True), (300, False), (3600, False), (-5, False)])
def test_it_needs_a_proof_under_five_minutes_old(age: int, allowed: bool) -> None:
    scene = launches.scene()
    with clock.at(clock.now()):
        proof = launches.proof(datetime.timedelta(seconds=age))
        if allowed:
            assert launches.decide(scene, "no-go", proof=proof).proof_method == "password"
        else:
            with pytest.raises(ProofNeeded):
                launches.decide(scene, "no-go", proof=proof)


def test_without_any_proof_nothing_is_recorded() -> None:
    scene = launches.scene()
    with pytest.raises(ProofNeeded):
        launches.decide(scene, "no-go", proof=None)


@pytest.mark.parametrize("who", ["engineer", "approver", "lead"])
def test_only_a_decider_decides(who: str) -> None:
    scene = launches.scene()
    with pytest.raises(NotPermitted):
        launches.decide(scene, "no-go", who=who)


def test_a_decider_of_another_team_decides_nothing_here() -> None:
    scene, other = launches.scene(), launches.scene()
    stranger = launches.Scene(**{**vars(scene), "decider": other.decider})
    with pytest.raises(NotPermitted):
        launches.decide(stranger, "no-go")


def test_who_contributed_to_a_critical_item_records_no_verdict() -> None:
    scene = launches.scene(answered=False)
    launches.also(scene, "decider", Role.CONTRIBUTOR)
    launches.green(scene, "deploy.rollout", by="decider")
    assert "You contributed to" in _refused(scene, "no-go")["verdict"][0]


def test_who_only_ticked_a_point_contributed_too() -> None:
    scene = launches.scene(answered=False)
    launches.also(scene, "decider", Role.CONTRIBUTOR)
    answer = review_factory.answer(scene.review, "env.secrets")
    answers.mark_point(scene.access("decider"), answer=answer, number=1, state="ticked", version=0)
    assert "You contributed to" in launches.look(scene).outlook.no_go.personal[0].text
    assert "You contributed to" in _refused(scene, "no-go")["verdict"][0]


def test_a_decider_may_have_helped_with_what_is_not_critical() -> None:
    scene = launches.scene(answered=False)
    launches.also(scene, "decider", Role.CONTRIBUTOR)
    launches.green(scene, "api.endpoints", by="decider")
    assert launches.decide(scene, "no-go").verdict == Verdict.NO_GO


def test_three_persons_stand_behind_a_go_unless_two_are_set() -> None:
    scene = launches.scene(signed=False)
    launches.also(scene, "decider", Role.APPROVER)
    for key in launches.CRITICAL:
        launches.sign(scene, key, by="decider")
    assert "a third person has to decide" in _refused(scene)["verdict"][0]
    with override_settings(PERSONS_BEHIND_A_GO=2):
        assert _frozen(launches.decide(scene))["persons"]["needed"] == 2


def test_a_firing_trigger_refuses_go_and_conditional_go_and_never_no_go() -> None:
    scene = launches.scene(drilled=False)
    launches.rated(scene, "api.endpoints", "yellow")
    conditions = [launches.condition(scene, "api.endpoints")]
    assert "No valid rollback drill" in _refused(scene)["verdict"][0]
    assert "No valid rollback drill" in _refused(scene, "conditional-go", conditions=conditions)["verdict"][0]
    assert launches.decide(scene, "no-go").verdict == Verdict.NO_GO


def test_what_is_unknown_is_accepted_by_name_or_refused() -> None:
    scene = launches.scene()
    with launches.unwatched():
        refused = _refused(scene, acknowledged={})
    assert set(refused) == {"acknowledged-sev-1-open", "acknowledged-post-mortem-overdue"}


def test_production_reads_more_reviews() -> None:
    scene = launches.scene()
    reasons = _refused(scene, environment="production")["verdict"]
    assert "No pre-launch review of this service was closed. Start one and close it." in reasons
    assert launches.decide(scene, environment="staging").verdict == Verdict.GO


def test_optional_items_of_tier_three_and_four_stand_in_no_way() -> None:
    scene = launches.scene(tier=3, answered=False)
    for key in launches.CRITICAL:
        launches.green(scene, key)
        launches.sign(scene, key)
    assert launches.decide(scene).verdict == Verdict.GO


def test_a_tier_that_leaves_items_out_holds_once_it_is_confirmed() -> None:
    scene = launches.scene(tier=4, confirmed=False, answered=False)
    for key in launches.CRITICAL:
        launches.green(scene, key)
        launches.sign(scene, key)
    refused = "Tier 4 is declared, leaves items out and is not confirmed: an approver confirms it."
    assert _refused(scene)["verdict"] == [refused]
    assert not launches.look(scene).outlook.conditional_go.possible
    approver = scene.access("approver")
    service_changes.confirm_tier(approver, service=scene.service, revision=scene.service.revision)
    assert launches.decide(scene).verdict == Verdict.GO


def test_evidence_that_has_aged_since_is_noticed_on_the_page_and_by_the_act() -> None:
    scene = launches.scene(answered=False)
    launches.green(scene, "deploy.rollout")
    launches.sign(scene, "deploy.rollout")
    for key in launches.OTHER:
        launches.green(scene, key)
    answer = review_factory.tick_all(scene.access("engineer"), review_factory.answer(scene.review, "env.secrets"))
    seen = clock.today_in("UTC") - datetime.timedelta(days=179)
    review_factory.link(scene.access("engineer"), answer, observed_on=seen)
    answers.rate(scene.access("engineer"), answer=answer, rating="green", version=0)
    launches.sign(scene, "env.secrets")
    assert launches.look(scene).outlook.word == "Ready"
    with time_machine.travel(clock.now() + datetime.timedelta(days=2), tick=False):
        assert launches.look(scene).outlook.word == "Not ready"
        assert "A critical item is not met" in _refused(scene)["verdict"][0]


def test_the_confirmations_name_people_of_the_team_and_drills_that_count() -> None:
    scene = launches.scene()
    stranger = portal.person()
    stated = launches.stated(scene)
    errors = _refused(scene, confirmations=type(stated)(**{**vars(stated), "on_call": stranger}))
    assert errors == {"on_call": ["Choose somebody of the team."]}
    foreign = launches.drill(launches.scene())
    errors = _refused(scene, confirmations=type(stated)(**{**vars(stated), "drill": foreign}))
    assert errors == {"drill": ["This drill does not count any more. Choose another."]}


def test_an_environment_of_another_service_is_none() -> None:
    scene, other = launches.scene(), launches.scene()
    with pytest.raises(DomainError) as refusal:
        launches.decisions.record(
            scene.access("decider"),
            release=scene.release,
            environment=other.environment(),
            verdict="no-go",
            rationale="No.",
            seen=0,
            proof=launches.proof(),
        )
    assert list(refusal.value.errors) == ["environment"]


def test_who_did_not_see_the_newest_decision_decides_nothing() -> None:
    scene = launches.scene()
    launches.decide(scene, "no-go")
    with pytest.raises(Conflict, match="Dora Decider recorded no-go in the meantime"):
        launches.decide(scene, "go", seen=0)
    assert LaunchDecision.objects.count() == 1


def test_nothing_is_decided_on_a_cancelled_release() -> None:
    scene = launches.scene()
    releases.cancel(scene.access("lead"), release=scene.release, reason="The customer left.")
    assert "cancelled" in _refused(scene, "no-go")["verdict"][0]


def test_the_record_holds_who_decided_what_over_which_digest() -> None:
    scene = launches.scene()
    decision = launches.decide(scene)
    event = AuditEvent.objects.get(verb="decision.recorded")
    facts = json.loads(event.body)["facts"]
    assert (event.actor, facts["snapshot_digest"]) == (scene.decider, decision.snapshot_digest)
    assert "Fallback" not in event.body
    assert decision.event == event


def test_everybody_it_concerns_is_told_once() -> None:
    scene = launches.scene()
    decision = launches.decide(scene)
    told = Notification.objects.filter(kind="decision-recorded")
    assert {notice.recipient for notice in told} == {scene.engineer, scene.approver, scene.lead}
    assert {notice.url for notice in told} == {decision.get_absolute_url()}


def test_a_decision_is_never_edited() -> None:
    decision = launches.decide(launches.scene())
    for change in ({"verdict": "no-go"}, {"snapshot": "{}"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            LaunchDecision.objects.filter(pk=decision.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM readiness_launchdecision")


def test_the_go_that_holds_is_found_for_the_deployment() -> None:
    scene = launches.scene()

    def has_one() -> bool:
        return release_places.deployment_facts(scene.release, scene.environment(), clock.now()).has_current_go

    assert not has_one()
    launches.decide(scene)
    assert has_one()
    launches.decide(scene, "no-go")
    assert not has_one()


def test_a_dependency_that_goes_down_later_does_not_touch_the_decision() -> None:
    scene = launches.scene()
    decision = launches.decide(scene)
    added = dependencies.add(scene.access("engineer"), service=scene.service, name="Provider")
    dependencies.declare(scene.access("engineer"), dependency=added, state="down", note="Since noon.")
    assert _state(decision) == "current"


def test_signing_off_is_closed_once_a_go_stands() -> None:
    scene = launches.scene()
    launches.going_live(scene)
    with pytest.raises(DomainError, match="A go locks"):
        signoffs.reopen(
            scene.access("approver"), answer=review_factory.answer(scene.review, "env.secrets"), reason="Oh."
        )


def test_a_release_of_another_label_is_decided_by_itself() -> None:
    scene = launches.scene()
    launches.decide(scene, "no-go")
    other = launches.Scene(**{**vars(scene), "release": readiness.release(scene.service, "3.3.0")})
    assert launches.decide(other, "no-go").sequence == 1


def test_a_condition_met_too_late_does_not_bring_a_lapsed_go_back() -> None:
    scene = launches.scene()
    launches.rated(scene, "api.endpoints", "yellow")
    decision = launches.decide(scene, "conditional-go", conditions=[launches.condition(scene, "api.endpoints", days=1)])
    with time_machine.travel(clock.now() + datetime.timedelta(days=3), tick=False):
        assert _state(decision) == "lapsed"
        conditions.meet(scene.access("engineer"), condition=decision.conditions.get(), note="Run 1190 is green.")
        assert _state(decision) == "lapsed"


def test_an_item_after_the_go_opens_when_the_release_is_live_and_is_signed_and_reopened() -> None:
    scene = launches.scene()
    releases.deployed(scene.access("lead"), release=scene.release, environment=scene.environment("staging"))
    with pytest.raises(DomainError, match="opens when the release is live"):
        launches.green(scene, "post.smoke")
    launches.live(scene)
    launches.green(scene, "post.smoke")
    launches.sign(scene, "post.smoke")
    smoke = review_factory.answer(scene.review, "post.smoke")
    signoffs.reopen(scene.access("approver"), answer=smoke, reason="It was the wrong region.")
    assert not review_factory.answer(scene.review, "post.smoke").is_signed
