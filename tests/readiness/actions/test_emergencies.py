"""The emergency go: two persons, neither an author; items are skipped, the record is not."""

import datetime
from dataclasses import replace

import pytest

from portal import clock
from portal.errors import Conflict, DomainError, NotPermitted, ProofNeeded
from portal.models import Notification
from portal.permissions import Role
from readiness.actions import conditions, emergencies, releases
from readiness.models import EmergencyGo, EmergencyRequest, LaunchDecision
from readiness.queries import emergencies as queries
from readiness.queries import gate, launch_subjects, locks
from tests.factories import launches, portal, readiness
from tests.factories.launches import Scene

pytestmark = pytest.mark.django_db


def _ask(of: Scene, who: str = "approver", **changed: object) -> EmergencyRequest:
    told = {"reason": "Every answer is empty since noon.", "proof": launches.proof(), **changed}
    place = of.environment("production")
    return emergencies.ask(of.access(who), release=of.release, environment=place, **told)  # type: ignore[arg-type]


def _go(of: Scene, request: EmergencyRequest, who: str = "decider", **changed: object) -> LaunchDecision:
    subject = launch_subjects.again(of.release, of.environment("production"))
    picture = queries.look(subject, of.access(who), clock.now())
    told = {
        "rationale": "The fix is one line; the rest follows tomorrow.",
        "acknowledged": {one.key: "Watched by hand tonight." for one in picture.to_accept},
        "seen": picture.launch.sequence,
        "proof": launches.proof(),
        **changed,
    }
    return emergencies.go(of.access(who), request=request, **told)  # type: ignore[arg-type]


def _gate(of: Scene) -> tuple[str, list[str]]:
    asked = gate.ask(
        of.access("lead"),
        of.service.slug,
        release=of.release.label,
        environment="production",
        purpose="deploy",
        now=clock.now(),
    )
    assert asked is not None
    return asked.answer.verdict.value, [reason.code for reason in asked.answer.reasons]


def test_what_was_skipped_becomes_conditions_and_the_gate_allows_with_them() -> None:
    scene = launches.scene(answered=False)

    decision = _go(scene, _ask(scene))

    owed = {one.item_key: one for one in decision.conditions.all()}
    assert set(owed) == {*launches.CRITICAL, ""}
    assert {one.owner for one in owed.values()} == {scene.lead}
    assert _gate(scene) == ("allow_with_conditions", [])
    assert EmergencyGo.objects.get().decision == decision
    assert locks.standing_go(scene.review) is None


def test_an_item_that_was_met_then_and_is_not_now_is_no_part_of_it() -> None:
    scene = launches.scene(signed=False)
    launches.rated(scene, launches.CRITICAL[0], "red")
    _go(scene, _ask(scene))
    assert _gate(scene)[0] == "allow_with_conditions"
    launches.rated(scene, launches.CRITICAL[1], "red")
    assert "trigger:critical-item" in _gate(scene)[1]


def test_a_dependency_that_goes_down_later_is_no_part_of_it() -> None:
    scene = launches.scene(answered=False)
    launches.depends(scene, "down", name="Maps")
    _go(scene, _ask(scene))
    assert _gate(scene) == ("allow_with_conditions", [])
    launches.depends(scene, "down", name="Mail")
    assert _gate(scene) == ("deny", ["trigger:dependency"])


def test_it_ends_when_what_was_skipped_is_late() -> None:
    scene = launches.scene(answered=False)
    _go(scene, _ask(scene))

    with clock.at(clock.now() + datetime.timedelta(days=5)):
        assert _gate(scene)[0] == "deny"
        assert "condition-lapsed" in _gate(scene)[1]


def test_answering_what_was_skipped_changes_nothing_of_what_it_rests_on() -> None:
    scene = launches.scene(answered=False)
    _go(scene, _ask(scene))

    launches.green(scene, launches.CRITICAL[0])

    assert _gate(scene) == ("allow_with_conditions", [])


def test_a_skipped_item_is_caught_up_on_only_when_it_is_green_and_signed() -> None:
    scene = launches.scene(answered=False)
    key = launches.CRITICAL[0]
    owed = _go(scene, _ask(scene)).conditions.get(item_key=key)

    with pytest.raises(DomainError):
        conditions.meet(scene.access("engineer"), condition=owed, note="Done.")
    launches.green(scene, key)
    with pytest.raises(DomainError, match="green and signed off"):
        conditions.meet(scene.access("engineer"), condition=owed, note="Done.")
    launches.sign(scene, key)
    conditions.meet(scene.access("engineer"), condition=owed, note="Done.")


def test_a_skipped_review_is_caught_up_on_only_when_it_is_closed() -> None:
    scene = launches.scene(answered=False)
    decision = _go(scene, _ask(scene))
    owed = {one.review_kind: one for one in decision.conditions.filter(item_key="")}
    assert set(owed) == {"prelaunch", "pillars"}
    for one in owed.values():
        with pytest.raises(DomainError, match=r"An emergency go skipped this review. No .* was closed"):
            conditions.meet(scene.access("engineer"), condition=one, note="Reviewed in our heads.")
    launches.reviewed_for_production(scene)
    for one in owed.values():
        conditions.meet(scene.access("engineer"), condition=one, note="Closed.")


def test_nobody_stands_on_both_sides_and_no_author_on_either() -> None:
    scene = launches.scene(signed=False)
    with pytest.raises(DomainError, match="wrote on its items"):
        _ask(scene, "engineer")
    with pytest.raises(DomainError, match="planned this release"):
        _ask(scene, "lead")
    request = _ask(scene, "decider")
    with pytest.raises(DomainError, match="second person"):
        _go(scene, request, "decider")


def test_who_asked_and_then_wrote_on_an_item_stands_behind_nothing() -> None:
    scene = launches.scene(answered=False)
    launches.also(scene, "approver", Role.CONTRIBUTOR)
    request = _ask(scene, "approver")
    launches.green(scene, launches.CRITICAL[0], by="approver")

    with pytest.raises(Conflict, match="wrote on the items"):
        _go(scene, request)
    assert not LaunchDecision.objects.exists()


def test_the_second_person_is_a_decider_with_a_fresh_proof_within_the_hour() -> None:
    scene = launches.scene(answered=False)
    request = _ask(scene)

    with pytest.raises(NotPermitted):
        _go(scene, request, "engineer")
    with pytest.raises(ProofNeeded):
        _go(scene, request, proof=launches.proof(datetime.timedelta(minutes=6)))
    with clock.at(clock.now() + datetime.timedelta(minutes=61)), pytest.raises(Conflict):
        _go(scene, request, proof=launches.proof())
    assert not LaunchDecision.objects.exists()


def test_a_critical_item_that_is_green_and_not_signed_is_skipped_too() -> None:
    scene = launches.scene(signed=False)
    launches.sign(scene, launches.CRITICAL[0])

    owed = _go(scene, _ask(scene)).conditions.values_list("item_key", flat=True)

    assert set(owed) == {launches.CRITICAL[1], ""}


@pytest.mark.parametrize("age", [datetime.timedelta(minutes=6), None])
def test_asking_needs_a_fresh_proof_too(age: datetime.timedelta | None) -> None:
    scene = launches.scene(answered=False)
    with pytest.raises(ProofNeeded):
        _ask(scene, proof=launches.proof(age) if age else None)
    assert not EmergencyRequest.objects.exists()


def test_who_only_reads_here_asks_for_nothing() -> None:
    scene = launches.scene(answered=False)
    viewer = portal.access(portal.member(scene.service.scope.team, Role.VIEWER))
    with pytest.raises(NotPermitted):
        emergencies.ask(
            viewer,
            release=scene.release,
            environment=scene.environment("production"),
            reason="Every answer is empty since noon.",
            proof=launches.proof(),
        )


def test_it_skips_items_and_never_the_review_that_holds_them() -> None:
    scene = launches.scene(answered=False)
    bare = replace(scene, release=readiness.release(scene.service, "3.2.1"))
    with pytest.raises(DomainError, match="Start the deployment review"):
        _ask(bare)


@pytest.mark.parametrize("when", ["before it is asked for", "before it is taken up"])
def test_a_cancelled_release_goes_by_no_emergency(when: str) -> None:
    scene = launches.scene(answered=False)
    request = _ask(scene) if when == "before it is taken up" else None
    releases.cancel(scene.access("lead"), release=scene.release, reason="Never built.")
    with pytest.raises(DomainError, match="cancelled"):
        _go(scene, request) if request else _ask(scene)
    assert not LaunchDecision.objects.exists()


def test_every_trigger_that_fires_or_is_unknown_is_accepted_by_name() -> None:
    scene = launches.scene(answered=False, drilled=False)
    request = _ask(scene)

    with pytest.raises(DomainError) as refused:
        _go(scene, request, acknowledged={})

    assert "acknowledged-rollback-drill" in refused.value.errors
    _go(scene, request)
    assert _gate(scene) == ("allow_with_conditions", [])


def test_a_trigger_that_fires_only_afterwards_still_stops_it() -> None:
    scene = launches.scene(answered=False)
    _go(scene, _ask(scene))

    launches.depends(scene, "down")

    assert _gate(scene) == ("deny", ["trigger:dependency"])


def test_a_request_is_taken_up_once() -> None:
    scene = launches.scene(answered=False)
    request = _ask(scene)
    with pytest.raises(DomainError, match="asked for it already"):
        _ask(scene, "engineer")
    _go(scene, request)

    with pytest.raises(Conflict):
        _go(scene, request)


def test_the_deciders_are_told_at_once() -> None:
    scene = launches.scene(answered=False)
    _ask(scene)

    told = Notification.objects.filter(kind="emergency-asked").values_list("recipient__name", flat=True)
    assert list(told) == ["Dora Decider"]
    assert queries.waiting_for(scene.access("decider")).count() == 1
    assert queries.waiting_for(scene.access("approver")).count() == 0


def test_who_holds_both_roles_asks_and_another_decides() -> None:
    scene = launches.scene(answered=False)
    launches.also(scene, "approver", Role.DECIDER)

    assert _go(scene, _ask(scene, "decider"), "approver").decided_by == scene.approver
