"""Answers are locked with all that rests on them before anything else, so that no two acts wait for each other."""

import pytest

from portal import clock
from portal.errors import Conflict
from portal.identity import Proof
from readiness.actions import answer_locks, answers, covering, releases, reviews, service_changes, signoffs, status
from readiness.models import AnswerReference, ItemAnswer, Review, SignOff
from readiness.queries import releases as release_queries
from readiness.rules.releases import ReleaseFacts
from readiness.rules.services import Facts
from tests.factories import next_release, readiness
from tests.factories import reviews as review_factory
from tests.factories.next_release import OF_MODEL, UNSIGNED, Scene
from tests.harness.databases import Database
from tests.readiness.actions.at_the_same_time import together

pytestmark = pytest.mark.postgres

SERVING, SERVED = "api.auth", "access.rate-limit"
"""The stricter covers the looser: signed in the deployment review, it serves the assessment's item as a whole."""
FIRST = "env.configuration"
"""It stands before all others in its checklist."""
NOT_CRITICAL, SERVED_BY_IT = "cost.usage", "spend.showback"
SERVING_BACK, SERVED_BACK = "privacy.by-design", "sec.output"
"""An item of the assessment that serves a point of the deployment review."""


def item(review: Review, key: str) -> ItemAnswer:
    return review_factory.answer(review, key)


def describe(scene: Scene, answer: ItemAnswer, text: str = "As measured in March.") -> None:
    answers.describe(scene.engineer, answer=answer, text=text, version=answer.text_version)


def assessed(scene: Scene) -> Review:
    return reviews.start(scene.lead, service=scene.service, kind="pillars")


def declares(scene: Scene, **changed: object) -> None:
    scene.service.refresh_from_db()
    facts = Facts(**{**vars(service_changes.declared(scene.service)), **changed})  # type: ignore[arg-type]
    service = scene.service
    service_changes.change(
        scene.lead, service=service, owner=service.owner, facts=facts, restricted=False, revision=service.revision
    )
    scene.service.refresh_from_db()


def test_a_release_carries_another_model_while_somebody_answers_its_review(fresh_database: Database) -> None:
    scene = next_release.scene()
    review = scene.next_review()
    answer = item(review, UNSIGNED)
    release = review.release
    assert release is not None
    facts, seen = ReleaseFacts(release.label, tuple(release.changes)), release_queries.seen(release)
    versions = [readiness.model_version(scene.model, "3.2")]

    refused = together(
        lock=lambda: answer_locks.locked(answer),
        many=lambda: releases.change(scene.lead, release=release, facts=facts, model_versions=versions, seen=seen),
        one=lambda: describe(scene, answer),
    )

    assert refused == []
    assert {key for key in OF_MODEL if item(review, key).is_signed} == set()
    assert item(review, UNSIGNED).text == "As measured in March."


def test_an_item_is_left_out_while_somebody_takes_what_is_on_offer(fresh_database: Database) -> None:
    scene = next_release.scene([])
    declares(scene, personal_data=True, residency="EU", consent="Contract", deletion="90 days")
    assessment = assessed(scene)
    review_factory.green(scene.engineer, item(assessment, SERVING_BACK))
    covering.use(scene.engineer, answer=item(scene.first, SERVED_BACK))

    refused = together(
        lock=lambda: answer_locks.hold([item(scene.first, FIRST).pk]),
        many=lambda: declares(scene, personal_data=False),
        one=lambda: answer_locks.hold_review(assessment),
    )

    assert refused == []
    assert not item(assessment, SERVING_BACK).applies
    assert not AnswerReference.objects.current().exists()


def test_several_are_signed_while_others_come_to_rest_on_them(fresh_database: Database) -> None:
    scene = next_release.scene([])
    chosen = [review_factory.green(scene.engineer, item(scene.first, NOT_CRITICAL)), item(scene.first, UNSIGNED)]
    assessment = assessed(scene)
    covering.use(scene.engineer, answer=item(assessment, SERVED_BY_IT))
    digests = {one.item_key: one.content_digest for one in chosen}
    proof = Proof("password", clock.now())

    refused = together(
        lock=lambda: answer_locks.hold([chosen[1].pk]),
        many=lambda: signoffs.grant_several(scene.approver, review=scene.first, digests=digests, proof=proof),
        one=lambda: answer_locks.hold_review(assessment),
    )

    assert refused == []
    assert SignOff.objects.filter(answer__in=chosen).count() == 2


def test_a_review_starts_while_what_its_answers_rest_on_changes(fresh_database: Database) -> None:
    scene = next_release.scene([SERVING])
    assessment = assessed(scene)
    covering.use(scene.engineer, answer=item(assessment, SERVED))
    Review.objects.filter(pk=assessment.pk).update(state="closed", closed_at=clock.now())
    source = item(scene.first, SERVING)

    def lock() -> None:
        answer_locks.locked(source)
        status.hold(scene.service)

    def change() -> None:
        signoffs.reopen(scene.approver, answer=source, reason="The gateway was replaced.")
        describe(scene, item(scene.first, SERVING))

    refused = together(lock=lock, many=lambda: assessed(scene), one=change)

    assert refused == []
    again = Review.objects.get(kind="pillars", state="open")
    assert not AnswerReference.objects.filter(answer__review=again).exists()
    assert not item(again, SERVED).is_signed


@pytest.mark.only_on("postgresql")
def test_a_review_that_comes_to_rest_on_more_is_started_from_again(fresh_database: Database) -> None:
    scene = next_release.scene([])
    declares(scene, personal_data=True, residency="EU", consent="Contract", deletion="90 days")
    assessment = assessed(scene)
    review_factory.green(scene.engineer, item(assessment, SERVING_BACK))
    release = scene.planned()

    def start() -> Review:
        return reviews.start(scene.lead, service=scene.service, kind="deployment", release=release)

    (refused,) = together(
        lock=lambda: answer_locks.hold_review(scene.first),
        many=start,
        one=lambda: covering.use(scene.engineer, answer=item(scene.first, SERVED_BACK)),
    )

    assert isinstance(refused, Conflict)
    assert "Start it again" in str(refused)
    assert AnswerReference.objects.filter(answer__review=start()).count() == 1
