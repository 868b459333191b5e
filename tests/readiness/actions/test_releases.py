"""Planning, changing, cancelling and deploying releases."""

import datetime
from typing import Any

import pytest

from portal import clock
from portal.errors import Conflict, DomainError, NotPermitted
from portal.models import AuditEvent
from portal.permissions import Role
from readiness.actions import releases, reviews, service_states
from readiness.choices import ReviewState, ServiceState, Verdict
from readiness.models import Condition, LaunchDecision, Release
from readiness.queries import releases as release_queries
from readiness.rules.releases import ReleaseFacts
from tests.factories import portal, readiness

pytestmark = pytest.mark.django_db


def test_a_release_carries_versions_and_is_recorded() -> None:
    service = readiness.service()
    version = readiness.model_version(readiness.model(service))

    release = readiness.release(service, "2.4.0", changes=("prompt", "model"), carries=[version])

    assert release.changes == ["model", "prompt"]
    assert list(release.model_versions.all()) == [version]
    assert str(version.public_id) in AuditEvent.objects.get(verb="release.planned").body


def test_a_label_is_used_once_in_a_service() -> None:
    service = readiness.service()
    readiness.release(service, "2.4.0")
    readiness.release(readiness.service(), "2.4.0")

    with pytest.raises(DomainError) as refusal:
        readiness.release(service, "2.4.0")
    assert refusal.value.errors == {"label": ["Claims assistant has a release 2.4.0 already."]}


def test_versions_of_other_services_are_not_carried() -> None:
    stranger = readiness.model_version(readiness.model(readiness.service(), "other"), "1")

    with pytest.raises(DomainError) as refusal:
        readiness.release(readiness.service(), changes=("model",), carries=[stranger])
    assert refusal.value.errors == {"model_versions": ["other 1: not a model of Claims assistant."]}


def test_an_engineer_plans_no_release() -> None:
    service = readiness.service()
    engineer = portal.access(portal.member(service.team, Role.CONTRIBUTOR))

    with pytest.raises(NotPermitted):
        releases.plan(engineer, service=service, facts=ReleaseFacts("1", ("code",)))


def test_an_undecided_release_changes_and_keeps_its_label() -> None:
    release = readiness.release(readiness.service(), "2.4.0")

    changed = change(release, ReleaseFacts("9.9.9", ("code", "configuration"), summary="Faster"))

    assert (changed.label, changed.changes, changed.summary) == ("2.4.0", ["code", "configuration"], "Faster")
    assert '"fields":["summary","changes"]' in AuditEvent.objects.get(verb="release.changed").body


def test_a_release_changed_in_between_is_not_overwritten() -> None:
    release = readiness.release(readiness.service())
    seen = release_queries.seen(release)
    change(release, ReleaseFacts("", ("code",), summary="Theirs"))

    with pytest.raises(Conflict):
        change(release, ReleaseFacts("", ("code",), summary="Mine"), seen=seen)
    release.refresh_from_db()
    assert release.summary == "Theirs"


def test_a_no_go_leaves_a_release_open_and_a_go_fixes_it() -> None:
    release = readiness.release(readiness.service())

    decided(release, Verdict.NO_GO)
    change(release, ReleaseFacts("", ("code",), summary="Fixed"))
    decided(release, Verdict.GO)

    with pytest.raises(DomainError, match="A go was recorded"):
        change(release, ReleaseFacts("", ("code",), summary="Late"))


def test_cancelling_needs_a_reason_and_abandons_the_open_review() -> None:
    service = readiness.service()
    release = readiness.release(service)
    access = portal.access(service.owner)
    review = reviews.start(access, service=service, kind="deployment", release=release)

    with pytest.raises(DomainError) as refusal:
        releases.cancel(access, release=release, reason=" ")
    assert refusal.value.errors == {"reason": ["Say why it is cancelled."]}
    releases.cancel(access, release=release, reason="Wrong branch.")

    review.refresh_from_db()
    assert review.state == ReviewState.ABANDONED
    with pytest.raises(DomainError, match="cancelled already"):
        releases.cancel(access, release=release, reason="Again.")


def test_production_is_refused_without_a_go() -> None:
    service = readiness.service()
    release = readiness.release(service)

    with pytest.raises(DomainError) as refusal:
        deploy(release)
    assert refusal.value.errors == {
        "environment": ["No current go stands for this release in production. Ask for a decision first."]
    }
    assert not release.deployments.exists()


def test_another_environment_needs_no_go_and_makes_nothing_live() -> None:
    service = readiness.service()

    deploy(readiness.release(service), "staging")

    service.refresh_from_db()
    assert service.state == ServiceState.DRAFT


@pytest.mark.parametrize("verdict", [Verdict.GO, Verdict.CONDITIONAL_GO])
def test_with_a_go_the_service_becomes_live(verdict: Verdict) -> None:
    service = readiness.service()
    release = readiness.release(service)
    decided(release, verdict)

    deploy(release)

    service.refresh_from_db()
    assert service.state == ServiceState.LIVE
    verbs = list(AuditEvent.objects.order_by("-number").values_list("verb", flat=True)[:2])
    assert verbs == ["release.deployed", "service.state-changed"]


def test_a_later_no_go_ends_an_earlier_go() -> None:
    release = readiness.release(readiness.service())
    decided(release, Verdict.GO)
    decided(release, Verdict.NO_GO)

    with pytest.raises(DomainError, match="No current go"):
        deploy(release)


def test_a_go_for_another_environment_does_not_count() -> None:
    release = readiness.release(readiness.service())
    decided(release, Verdict.GO, environment="staging")

    with pytest.raises(DomainError, match="No current go"):
        deploy(release)


def test_a_go_that_is_fourteen_days_old_has_expired() -> None:
    service = readiness.service()
    fresh, old = readiness.release(service), readiness.release(service)
    decided(fresh, Verdict.GO, at=clock.now() - datetime.timedelta(days=13))
    decided(old, Verdict.GO, at=clock.now() - datetime.timedelta(days=14))

    deploy(fresh)
    with pytest.raises(DomainError, match="No current go"):
        deploy(old)


def test_an_overdue_condition_ends_a_conditional_go() -> None:
    release = readiness.release(readiness.service())
    decision = decided(release, Verdict.CONDITIONAL_GO)
    yesterday = clock.now().date() - datetime.timedelta(days=1)
    Condition.objects.create(decision=decision, text="Agree it", owner=release.service.owner, due_on=yesterday)

    with pytest.raises(DomainError, match="No current go"):
        deploy(release)


def test_going_back_to_what_was_live_needs_no_go() -> None:
    service = readiness.service()
    first, second = readiness.release(service), readiness.release(service)
    long_ago = clock.now() - datetime.timedelta(days=10)
    decided(first, Verdict.GO, at=long_ago)
    deploy(first)
    decided(second, Verdict.GO)
    deploy(second)
    decided(first, Verdict.NO_GO)

    deploy(first)

    assert service.environments.get(name="production").deployments.latest("pk").release == first


def test_the_same_deployment_is_told_once() -> None:
    release = readiness.release(readiness.service())
    deploy(release, "staging")

    with pytest.raises(DomainError, match="runs in staging already"):
        deploy(release, "staging")
    assert release.deployments.count() == 1


def test_a_cancelled_release_and_a_retired_service_are_not_deployed() -> None:
    service = readiness.service()
    access = portal.access(service.owner)
    cancelled, late = readiness.release(service), readiness.release(service)
    releases.cancel(access, release=cancelled, reason="Wrong.")

    with pytest.raises(DomainError, match="cancelled"):
        deploy(cancelled, "staging")
    service_states.retire(access, service=service, reason="Replaced.")
    with pytest.raises(DomainError, match="retired"):
        deploy(late, "staging")


def test_an_environment_of_another_service_is_none() -> None:
    release = readiness.release(readiness.service())
    elsewhere = readiness.service().environments.get(name="staging")

    with pytest.raises(DomainError, match="not an environment of"):
        releases.deployed(portal.access(release.service.owner), release=release, environment=elsewhere)


def change(release: Release, facts: ReleaseFacts, seen: str = "") -> Release:
    release = Release.objects.get(pk=release.pk)
    access = portal.access(release.service.owner)
    return releases.change(access, release=release, facts=facts, seen=seen or release_queries.seen(release))


def deploy(release: Release, environment: str = "production") -> Any:
    place = release.service.environments.get(name=environment)
    return releases.deployed(portal.access(release.service.owner), release=release, environment=place)


def decided(
    release: Release, verdict: Verdict, environment: str = "production", at: datetime.datetime | None = None
) -> LaunchDecision:
    """A decision on record, without the review and the triggers that these tests are not about."""
    service = release.service
    number = service.decisions.count() + 1
    return LaunchDecision.objects.create(
        service=service,
        number=number,
        release=release,
        environment=service.environments.get(name=environment),
        sequence=number,
        verdict=verdict,
        rationale="Because.",
        decided_by=service.owner,
        decided_at=at or clock.now(),
        snapshot="{}",
        snapshot_digest="0" * 64,
        governed_digest="0" * 64,
        meaning="",
        meaning_version="1",
        proof_method="password",
        proof_at=clock.now(),
        event=AuditEvent.objects.exclude(pk__in=LaunchDecision.objects.values("event")).latest("number"),
    )
