"""Keep or roll back: asked when an item after the go fails or is late, said once, and followed by the gate."""

import datetime

import pytest

from portal import clock
from portal.errors import Conflict, DomainError, NotPermitted, ProofNeeded
from portal.models import AuditEvent, Notification
from readiness.actions import launch_reminders, live_decisions, withdrawals
from readiness.choices import ReviewState
from readiness.models import LaunchDecision, LiveDecision, Release, Review
from readiness.queries import gate, live_releases
from readiness.queries.live_releases import LiveRelease
from tests.factories import launches
from tests.factories.launches import Scene

pytestmark = pytest.mark.django_db


def _live(of: Scene, hours: float = 0) -> LiveRelease:
    found = live_releases.of(of.service, clock.now() + datetime.timedelta(hours=hours))
    assert found is not None
    return found


def _say(of: Scene, verdict: str, **changed: object) -> LiveDecision:
    first = Release.objects.get(service=of.service, label="3.2.0")
    told = {"reason": "Errors doubled within the hour.", "seen": _live(of).sequence, "proof": launches.proof()}
    told |= {"back_to": first if verdict == "roll-back" else None, **changed}
    return live_decisions.record(
        of.access(str(told.pop("who", "decider"))), service=of.service, release=of.release, verdict=verdict, **told
    )  # type: ignore[arg-type]


def _gate(of: Scene, release: str, purpose: str) -> tuple[str, list[str]]:
    asked = gate.ask(
        of.access("lead"), of.service.slug, release=release, environment="production", purpose=purpose, now=clock.now()
    )
    assert asked is not None
    return asked.answer.verdict.value, [reason.code for reason in asked.answer.reasons]


def test_a_decider_is_asked_once_an_item_after_the_go_fails_and_not_again_after_keep() -> None:
    scene = launches.two_live()
    assert not _live(scene).asked

    launches.rated(scene, "post.smoke", "red", "Every fifth answer is empty.")

    assert [trouble.key for trouble in _live(scene).asked] == ["post.smoke"]
    assert live_releases.waiting_for_a_decider(scene.access("decider")).count() == 1
    _say(scene, "keep")
    assert not _live(scene).asked
    assert live_releases.waiting_for_a_decider(scene.access("decider")).count() == 0


def test_nobody_is_asked_about_the_items_of_an_abandoned_review() -> None:
    scene = launches.two_live()
    launches.rated(scene, "post.smoke", "red", "Every fifth answer is empty.")
    Review.objects.filter(pk=scene.review.pk).update(state=ReviewState.ABANDONED)

    assert not _live(scene).asked
    assert live_releases.waiting_for_a_decider(scene.access("decider")).count() == 0


def test_a_decider_is_asked_when_the_items_are_24_hours_late_whether_a_scheduler_ran_or_not() -> None:
    scene = launches.two_live()

    assert not _live(scene, 23.9).asked
    assert [trouble.key for trouble in _live(scene, 24.1).asked] == list(launches.AFTER)
    with clock.at(clock.now() + datetime.timedelta(hours=25)):
        assert live_releases.waiting_for_a_decider(scene.access("decider")).count() == 1


def test_what_is_late_is_said_once_to_the_decider_the_lead_and_who_watches() -> None:
    launches.two_live()
    later = clock.now() + datetime.timedelta(hours=25)

    with clock.at(later):
        assert launch_reminders.send_due(later) == 2
        assert launch_reminders.send_due(later) == 0

    told = Notification.objects.filter(kind="after-items-late").values_list("recipient__name", flat=True)
    assert sorted(told) == ["Dora Decider", "Priya Lead"]


def test_nothing_is_said_of_items_that_were_answered_in_time() -> None:
    scene = launches.two_live()
    for key in launches.AFTER:
        launches.rated(scene, key, "yellow")
    later = clock.now() + datetime.timedelta(hours=25)

    with clock.at(later):
        assert launch_reminders.send_due(later) == 0


def test_rolling_back_makes_the_named_release_live_again_and_the_gate_says_so() -> None:
    scene = launches.two_live()
    launches.rated(scene, "post.smoke", "red")

    said = _say(scene, "roll-back")

    assert _live(scene).release.label == "3.2.0"
    assert len(said.asked) == 1
    assert _gate(scene, "3.3.0", "deploy") == ("deny", ["rolled-back"])
    assert _gate(scene, "3.2.0", "rollback") == ("allow", [])
    scene.service.status.refresh_from_db()
    assert scene.service.status.in_production == "rolled-back"
    assert AuditEvent.objects.filter(verb="release.rolled-back").count() == 1


def test_a_new_go_ends_the_rollback() -> None:
    scene = launches.two_live()
    _say(scene, "roll-back")

    launches.decide(scene, environment="production")

    assert _gate(scene, "3.3.0", "deploy") == ("allow", [])


@pytest.mark.parametrize(
    ("verdict", "changed", "field"),
    [
        ("keep", {"reason": " "}, "reason"),
        ("roll-back", {"back_to": None}, "back_to"),
        ("leave", {}, "verdict"),
    ],
)
def test_what_is_missing_is_said_at_its_field(verdict: str, changed: dict[str, object], field: str) -> None:
    scene = launches.two_live()

    with pytest.raises(DomainError) as refused:
        _say(scene, verdict, **changed)

    assert list(refused.value.errors) == [field]
    assert not LiveDecision.objects.exists()


def test_a_release_that_never_was_live_cannot_be_gone_back_to() -> None:
    scene = launches.two_live()
    planned = launches.next_release(scene, "3.4.0").release

    with pytest.raises(DomainError):
        _say(scene, "roll-back", back_to=planned)


def test_a_go_that_was_withdrawn_is_no_way_back_for_page_nor_gate() -> None:
    scene = launches.two_live()
    first = LaunchDecision.objects.get(release__label="3.2.0", environment__name="production")
    withdrawals.withdraw(scene.access("decider"), decision=first, reason="Wrong model.", proof=launches.proof())

    with pytest.raises(DomainError) as refused:
        _say(scene, "roll-back")

    assert list(refused.value.errors) == ["back_to"]
    assert _gate(scene, "3.2.0", "rollback") == ("deny", ["never-live"])


def test_only_a_decider_with_a_fresh_proof_says_it_and_only_of_what_they_saw() -> None:
    scene = launches.two_live()

    with pytest.raises(NotPermitted):
        _say(scene, "keep", who="lead")
    with pytest.raises(ProofNeeded):
        _say(scene, "keep", proof=launches.proof(datetime.timedelta(minutes=6)))
    _say(scene, "keep")
    with pytest.raises(Conflict):
        _say(scene, "keep", seen=0)
