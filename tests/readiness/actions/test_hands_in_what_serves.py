"""Four eyes reach through “Use it”: who had a hand in what serves an item does not sign it, by any door."""

import pytest
from django.db import IntegrityError, transaction

from portal import audit, clock
from portal.errors import DomainError
from portal.models import User
from portal.permissions import Access, Role
from readiness import verbs
from readiness.actions import answers, covering, reviews, signoffs
from readiness.models import AnswerReference, ItemAnswer, Review, SignOff
from readiness.queries import answer_parts, answer_rows, contributions, waiting
from readiness.queries import answers as answer_queries
from readiness.queries.review_frame import ReviewFrame
from tests.factories import next_release, portal
from tests.factories import reviews as review_factory
from tests.factories.next_release import Scene
from tests.factories.reviews import answer

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

WHOLE, LOOSER = "api.auth", "access.rate-limit"
POINT_OF, POINT = "sec.access", "access.audit-log"
"""The fourth point of one is the first of the other; the rest is answered there."""


@pytest.fixture
def scene() -> Scene:
    return next_release.scene([])


@pytest.fixture
def both(scene: Scene) -> Access:
    """Somebody who may answer and sign, and does not rate."""
    return portal.access(portal.member(scene.service.scope.team, Role.CONTRIBUTOR, Role.APPROVER, name="Bo Both"))


def by_row(signer: Access, item: ItemAnswer) -> None:
    """Past the code."""
    with transaction.atomic():
        SignOff.objects.create(
            answer=item,
            round=item.round,
            person=signer.person,
            content_digest=item.content_digest,
            template_digest="0" * 64,
            meaning="I state that it is met.",
            meaning_version="1",
            proof_method="password",
            proof_at=clock.now(),
            signed_at=clock.now(),
            event=audit.record(signer, verbs.SIGNOFF_GRANTED, item),
        )


def touched(scene: Scene, review: Review, key: str, by: Access, hand: str) -> ItemAnswer:
    """A green item of the engineer's, in which this person had a hand before it was rated."""
    item = review_factory.tick_all(scene.engineer, answer(review, key))
    if hand == "tick":
        answers.mark_point(by, answer=item, number=1, state="ticked", version=1)
    elif hand == "text":
        answers.describe(by, answer=item, text="Since the gateway.", version=0)
    else:
        review_factory.link(by, item, title="Run 1190")
    review_factory.link(scene.engineer, answer(review, key))
    return answers.rate(scene.engineer, answer=answer(review, key), rating="green", version=0)


def refused(by: Access, item: ItemAnswer) -> None:
    with pytest.raises(DomainError, match=r"You wrote what serves it\. Someone else must sign"):
        review_factory.signed(by, item)
    with pytest.raises(IntegrityError, match="who wrote any part of it cannot sign it"):
        by_row(by, item)
    assert item not in waiting.signoffs(by)


def test_who_ticked_what_serves_the_whole_item_does_not_sign_it_once_it_was_reopened(
    scene: Scene, both: Access
) -> None:
    review_factory.signed(scene.approver, touched(scene, scene.first, WHOLE, both, "tick"))
    assessment = reviews.start(scene.lead, service=scene.service, kind="pillars")
    covering.use(scene.engineer, answer=answer(assessment, LOOSER))
    signoffs.reopen(scene.approver, answer=answer(assessment, LOOSER), reason="Look at the limits again.")

    refused(both, answer(assessment, LOOSER))

    assert answer(assessment, LOOSER) in waiting.signoffs(scene.approver)
    review_factory.signed(scene.approver, answer(assessment, LOOSER))


@pytest.mark.parametrize("hand", ["tick", "text", "evidence"])
def test_who_had_a_hand_in_what_serves_one_point_does_not_sign_the_item(scene: Scene, both: Access, hand: str) -> None:
    review_factory.signed(scene.approver, touched(scene, scene.first, POINT_OF, both, hand))
    assessment = reviews.start(scene.lead, service=scene.service, kind="pillars")
    covering.use(scene.engineer, answer=answer(assessment, POINT))
    item = answer(assessment, POINT)
    for point in answer_queries.applicable_points(ReviewFrame(assessment).items[POINT], assessment.service):
        if point.number != 1:
            item = answers.mark_point(scene.engineer, answer=item, number=point.number, state="ticked", version=0)
    review_factory.link(scene.engineer, item)
    answers.rate(scene.engineer, answer=answer(assessment, POINT), rating="green", version=0)

    refused(both, answer(assessment, POINT))


def test_it_reaches_as_far_as_one_rests_on_another(scene: Scene, both: Access) -> None:
    assessment = reviews.start(scene.lead, service=scene.service, kind="pillars")
    touched(scene, scene.first, "cost.usage", both, "tick")
    item = review_factory.green(scene.engineer, answer(assessment, LOOSER))
    rests(scene, answer(assessment, "spend.showback"), answer(scene.first, "cost.usage"))
    rests(scene, item, answer(assessment, "spend.showback"))
    item = answer(assessment, LOOSER)

    parts = answer_rows.of(item, ReviewFrame(item.review))

    assert both.person in contributions.people(parts)
    assert both.person.identity in {one.identity for one in contributions.to(answer_parts.of([item])[item.pk])}
    refused(both, item)


@transaction.atomic
def rests(scene: Scene, item: ItemAnswer, source: ItemAnswer) -> None:
    """The row that says so."""
    AnswerReference.objects.create(
        answer=item,
        source=source,
        source_digest=source.content_digest,
        used_by=scene.engineer.person,
        used_at=clock.now(),
        event=audit.record(scene.engineer, verbs.ANSWER_COVERED, item),
    )


def test_a_second_account_of_the_same_person_is_that_person(scene: Scene, both: Access) -> None:
    review_factory.signed(scene.approver, touched(scene, scene.first, WHOLE, both, "tick"))
    assessment = reviews.start(scene.lead, service=scene.service, kind="pillars")
    covering.use(scene.engineer, answer=answer(assessment, LOOSER))
    signoffs.reopen(scene.approver, answer=answer(assessment, LOOSER), reason="Look at the limits again.")
    twin: User = portal.person(identity=both.person.identity)
    portal.member(scene.service.scope.team, Role.APPROVER, who=twin)

    refused(portal.access(twin), answer(assessment, LOOSER))


def test_once_it_is_answered_here_again_who_wrote_it_there_may_sign(scene: Scene, both: Access) -> None:
    review_factory.signed(scene.approver, touched(scene, scene.first, WHOLE, both, "text"))
    assessment = reviews.start(scene.lead, service=scene.service, kind="pillars")
    covering.use(scene.engineer, answer=answer(assessment, LOOSER))
    covering.stop(scene.engineer, answer=answer(assessment, LOOSER), reason="The limits differ.")
    item = answer(assessment, LOOSER)
    for tick in item.ticks.all():
        item = answers.mark_point(scene.engineer, answer=item, number=tick.number, state="ticked", version=tick.version)
    review_factory.link(scene.engineer, item)
    item = answers.rate(scene.engineer, answer=item, rating="green", version=item.rating_version)

    assert review_factory.signed(both, answer(assessment, LOOSER)).person == both.person
