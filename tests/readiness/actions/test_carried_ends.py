"""A sign-off ends while its review is open, once what it depends on has ended: another model, or its age."""

import datetime

import pytest
import time_machine

from portal import clock, record_verification
from portal.models import Notification
from readiness.actions import applicability, releases
from readiness.models import Review, SignOffVoid
from readiness.queries import launch, launch_subjects
from readiness.queries import releases as release_queries
from readiness.rules.releases import ReleaseFacts
from tests.factories import next_release, readiness
from tests.factories import reviews as review_factory
from tests.factories.next_release import OF_MODEL, OF_SERVICE, Scene

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

DAYS = 181


@pytest.fixture
def scene() -> Scene:
    return next_release.scene()


def after(days: int) -> time_machine.travel:
    return time_machine.travel(clock.now() + datetime.timedelta(days=days), tick=False)


def signed(review: Review) -> set[str]:
    return set(review.answers.filter(signoff__isnull=False).values_list("item_key", flat=True))


def carries(scene: Scene, review: Review, version: str) -> None:
    """The lead changes the release, which now carries this version of the model."""
    release = review.release
    assert release is not None
    facts = ReleaseFacts(release.label, tuple(release.changes))
    versions = [readiness.model_version(scene.model, version)]
    releases.change(
        scene.lead, release=release, facts=facts, model_versions=versions, seen=release_queries.seen(release)
    )


def test_another_model_version_reopens_what_depends_on_the_model_alone(scene: Scene) -> None:
    review = scene.next_review()
    carries(scene, review, "3.2")

    assert signed(review) == set(OF_SERVICE)
    assert {(void.carried.answer.item_key, void.reason) for void in SignOffVoid.objects.all() if void.carried} == {
        (key, "The model changed from 3.1 to 3.2") for key in OF_MODEL
    }
    assert signed(scene.first) == set(next_release.SIGNED)
    assert Notification.objects.filter(recipient=scene.approver.person, kind="signoff-voided").count() == len(OF_MODEL)
    assert record_verification.verify().problems == ()


def test_a_signature_given_in_this_review_is_reopened_too(scene: Scene) -> None:
    review = scene.next_review()
    review_factory.signed(scene.approver, review_factory.green(scene.engineer, scene.item(review, "model.validation")))
    carries(scene, review, "3.2")

    assert "model.validation" not in signed(review)


def test_the_same_model_in_a_changed_release_reopens_nothing(scene: Scene) -> None:
    review = scene.next_review()
    release = review.release
    assert release is not None
    facts = ReleaseFacts(release.label, ("code", "configuration"))
    seen = release_queries.seen(release)
    releases.change(scene.lead, release=release, facts=facts, model_versions=[scene.version], seen=seen)

    assert signed(review) == {*OF_SERVICE, *OF_MODEL}


def test_a_carried_sign_off_that_has_outlived_its_age_is_reopened_by_the_portal(scene: Scene) -> None:
    review = scene.next_review(days=170)
    with after(DAYS):
        applicability.recount_due(clock.now())

        assert signed(review) == set(OF_MODEL)
        reasons = {void.reason for void in SignOffVoid.objects.filter(voided_by__isnull=True)}
        assert reasons == {f"Signed {DAYS} days ago; it stands for 180"}
        assert record_verification.verify().problems == ()


def test_it_stands_on_its_last_day_and_the_signature_where_it_was_given_stands_on(scene: Scene) -> None:
    review = scene.next_review()
    with after(DAYS - 1):
        applicability.recount_due(clock.now())
        assert set(OF_SERVICE) <= signed(review)
    with after(DAYS):
        applicability.recount_due(clock.now())
        assert signed(scene.first) == set(next_release.SIGNED)


def test_a_decision_does_not_wait_for_the_portal_to_look(scene: Scene) -> None:
    review = scene.next_review()
    with after(DAYS):
        subject = launch_subjects.find(scene.lead, scene.service.slug, "42", "staging")
        assert subject is not None
        items = {item.answer.item_key: item for item in launch.look(subject, scene.lead, clock.now()).watch.items}

    assert review.answers.get(item_key="env.secrets").is_signed
    assert not items["env.secrets"].signed
    assert items[OF_MODEL[0]].signed
