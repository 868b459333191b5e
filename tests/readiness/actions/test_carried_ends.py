"""A sign-off ends while its review is open, once what it depends on has ended: another model, or its age."""

import datetime

import pytest
import time_machine
from celery import current_app
from django.conf import settings
from django.test import Client

from portal import clock, record_verification
from portal.models import AuditEvent, Notification, Team
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
KEY = "env.secrets"


@pytest.fixture
def scene() -> Scene:
    return next_release.scene()


def after(days: int) -> time_machine.travel:
    return time_machine.travel(clock.now() + datetime.timedelta(days=days), tick=False)


def daily() -> None:
    """The task that the portal runs by itself, as the worker calls it."""
    current_app.loader.import_default_modules()
    current_app.tasks["readiness.tasks.recount_answers"].delay()


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


@pytest.mark.parametrize(
    ("signed_at", "looked_at", "zone", "void"),
    [
        # 180 days after 1 June is 28 November, the last day; it ends with that day where the team is
        ("2026-06-01T12:00Z", "2026-11-28T23:59Z", "UTC", False),
        ("2026-06-01T12:00Z", "2026-11-29T00:00Z", "UTC", True),
        ("2026-06-01T11:00Z", "2026-11-28T10:59Z", "Pacific/Auckland", False),
        ("2026-06-01T11:00Z", "2026-11-28T11:00Z", "Pacific/Auckland", True),
        ("2026-06-01T12:00Z", "2026-11-29T07:59Z", "America/Los_Angeles", False),
        ("2026-06-01T12:00Z", "2026-11-29T08:00Z", "America/Los_Angeles", True),
        # days are counted where the team is, so is the day of the signature
        ("2026-06-01T13:00Z", "2026-11-28T11:00Z", "Pacific/Auckland", False),
        ("2026-06-01T13:00Z", "2026-11-29T11:00Z", "Pacific/Auckland", True),
    ],
)
def test_the_daily_task_reopens_it_once_its_last_day_is_over_where_the_team_is(
    signed_at: str, looked_at: str, zone: str, void: bool
) -> None:
    with time_machine.travel(signed_at, tick=False):
        scene = next_release.scene([KEY])
        Team.objects.update(time_zone=zone)
        review = scene.next_review()
        assert signed(review) == {KEY}
    with time_machine.travel(looked_at, tick=False):
        daily()
        assert (signed(review) == set()) is void


def test_the_daily_task_reopens_it_once_however_often_it_runs(scene: Scene) -> None:
    review = scene.next_review(days=170)
    for days in (DAYS, DAYS, DAYS + 1):
        with after(days):
            daily()

    voids = SignOffVoid.objects.filter(carried__answer__review=review)
    assert sorted(void.carried.answer.item_key for void in voids if void.carried) == sorted(OF_SERVICE)
    told = Notification.objects.filter(recipient=scene.approver.person, kind="signoff-voided")
    assert told.count() == len(OF_SERVICE)
    assert AuditEvent.objects.filter(verb="signoff.voided").count() == len(OF_SERVICE)


def test_the_reason_stands_on_the_page_of_the_review(scene: Scene, client: Client) -> None:
    review = scene.next_review(days=170)
    with after(DAYS):
        client.force_login(scene.engineer.person)
        daily()
        shown = client.get(review.get_absolute_url()).content.decode()

    assert shown.count(f'<div class="gh-sm gh-2nd">Signed {DAYS} days ago; it stands for 180</div>') == len(OF_SERVICE)


def test_the_task_is_on_the_timetable_of_beat() -> None:
    assert "readiness.tasks.recount_answers" in {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
