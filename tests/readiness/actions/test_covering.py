"""“Use it”: an answer of another current review serves an item; when that changes, what rested on it ends with it."""

import dataclasses

import pytest
from django.db import IntegrityError, transaction

from portal import record_verification
from portal.errors import DomainError
from portal.models import Notification
from readiness.actions import answers, covering, reviews, service_changes, signoffs
from readiness.models import AnswerReference, ItemAnswer, Review, SignOffVoid
from tests.factories import launches, next_release, portal
from tests.factories import reviews as review_factory
from tests.factories.next_release import Scene

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

WHOLE, LOOSER = "api.auth", "access.rate-limit"
"""The stricter covers the looser: signed in the deployment review, it serves the assessment's item as a whole."""
POINT_OF, POINT = "sec.access", "access.audit-log"
"""The fourth point of one is the first of the other."""


@pytest.fixture
def scene() -> Scene:
    return next_release.scene([WHOLE, POINT_OF])


@pytest.fixture
def assessment(scene: Scene) -> Review:
    return reviews.start(scene.lead, service=scene.service, kind="pillars")


def item(review: Review, key: str) -> ItemAnswer:
    return review_factory.answer(review, key)


def problems() -> list[str]:
    return [str(problem) for problem in record_verification.verify().problems]


def test_an_item_is_served_as_a_whole_with_its_sign_off(scene: Scene, assessment: Review) -> None:
    covering.use(scene.engineer, answer=item(assessment, LOOSER))

    served, source = item(assessment, LOOSER), item(scene.first, WHOLE)
    assert (served.state, served.rating_by, served.text) == ("green", source.rating_by, source.text)
    assert served.signoff == source.signoff
    assert AnswerReference.objects.get().source == source
    assert problems() == []


def test_some_points_are_served_and_the_rest_is_still_asked(scene: Scene, assessment: Review) -> None:
    covering.use(scene.engineer, answer=item(assessment, POINT))

    served = item(assessment, POINT)
    assert [(tick.number, tick.by) for tick in served.ticks.all()] == [(1, scene.engineer.person)]
    assert (served.state, served.is_signed) == ("unanswered", False)
    assert problems() == []


def test_everything_on_offer_is_taken_in_one_act(scene: Scene, assessment: Review) -> None:
    assert covering.use_all(scene.engineer, review=assessment) == 2

    assert {one.answer.item_key for one in AnswerReference.objects.all()} == {LOOSER, POINT}
    assert len({one.event_id for one in AnswerReference.objects.all()}) == 1
    with pytest.raises(DomainError, match="Nothing is on offer"):
        covering.use_all(scene.engineer, review=assessment)
    assert problems() == []


def test_one_answer_serves_several_points_at_once() -> None:
    scene = next_release.scene([])
    assessment = reviews.start(scene.lead, service=scene.service, kind="pillars")
    review_factory.green(scene.engineer, item(assessment, "obs.role-dashboards"))

    assert covering.use_all(scene.engineer, review=scene.first) == 1

    assert AnswerReference.objects.get().points == [1, 4]
    assert [tick.number for tick in item(scene.first, "mon.dashboards").ticks.all()] == [1, 4]
    assert problems() == []


def test_the_looser_never_covers_the_stricter() -> None:
    scene = next_release.scene([])
    assessment = reviews.start(scene.lead, service=scene.service, kind="pillars")
    review_factory.signed(scene.approver, review_factory.green(scene.engineer, item(assessment, LOOSER)))

    with pytest.raises(DomainError, match="Nothing is on offer"):
        covering.use(scene.engineer, answer=item(scene.first, WHOLE))


def test_a_critical_answer_serves_once_it_is_signed() -> None:
    scene = next_release.scene([])
    assessment = reviews.start(scene.lead, service=scene.service, kind="pillars")
    green = review_factory.green(scene.engineer, item(scene.first, WHOLE))
    with pytest.raises(DomainError, match="Nothing is on offer"):
        covering.use(scene.engineer, answer=item(assessment, LOOSER))

    review_factory.signed(scene.approver, green)
    assert covering.use(scene.engineer, answer=item(assessment, LOOSER)) == 1


def test_a_reopened_source_ends_what_rests_on_it_in_the_same_act(scene: Scene, assessment: Review) -> None:
    covering.use_all(scene.engineer, review=assessment)

    signoffs.reopen(scene.approver, answer=item(scene.first, WHOLE), reason="The gateway was replaced.")

    served = item(assessment, LOOSER)
    assert (served.state, served.rating, served.is_signed) == ("unanswered", "", False)
    assert [piece.withdrawn_at is None for piece in served.evidence.all()] == [False]
    ended = AnswerReference.objects.get(answer=served)
    assert ended.ended_reason == "The sign-off it rested on is void: The gateway was replaced."
    assert Notification.objects.filter(recipient=scene.engineer.person, kind="covering-ended").count() == 1
    assert AnswerReference.objects.current().get().answer.item_key == POINT
    assert problems() == []


def test_a_source_that_says_something_else_ends_it_too(scene: Scene) -> None:
    covers, covered = "cost.usage", "spend.showback"
    review_factory.green(scene.engineer, item(scene.first, covers))
    assessment = reviews.start(scene.lead, service=scene.service, kind="pillars")
    covering.use(scene.engineer, answer=item(assessment, covered))
    assert item(assessment, covered).state == "green"

    answers.describe(scene.engineer, answer=item(scene.first, covers), text="By team only.", version=0)

    assert item(assessment, covered).state == "unanswered"
    assert "changed in review 1" in AnswerReference.objects.get().ended_reason
    assert problems() == []


def test_an_abandoned_review_serves_nothing_any_more(scene: Scene, assessment: Review) -> None:
    covering.use_all(scene.engineer, review=assessment)

    reviews.abandon(scene.lead, review=scene.first, reason="Started over.")

    assert not AnswerReference.objects.current().exists()
    assert not item(assessment, LOOSER).is_signed
    assert problems() == []


def test_what_rests_elsewhere_is_not_answered_here_until_it_is_taken_back(scene: Scene, assessment: Review) -> None:
    covering.use_all(scene.engineer, review=assessment)
    with pytest.raises(DomainError, match="rests on an answer elsewhere"):
        answers.mark_point(scene.engineer, answer=item(assessment, POINT), number=1, state="open", version=1)

    covering.stop(scene.engineer, answer=item(assessment, POINT))
    with pytest.raises(DomainError, match="Say why it is answered here again"):
        covering.stop(scene.engineer, answer=item(assessment, LOOSER))
    assert item(assessment, LOOSER).is_signed
    covering.stop(scene.engineer, answer=item(assessment, LOOSER), reason="The limits differ.")

    assert not item(assessment, LOOSER).is_signed
    assert SignOffVoid.objects.get().reason == "The limits differ."
    assert item(scene.first, WHOLE).is_signed
    answers.mark_point(scene.engineer, answer=item(assessment, POINT), number=1, state="ticked", version=2)
    assert problems() == []


def test_the_next_assessment_rests_on_the_same_answers(scene: Scene, assessment: Review) -> None:
    covering.use_all(scene.engineer, review=assessment)
    Review.objects.filter(pk=assessment.pk).update(state="closed", closed_at=assessment.started_at)

    again = reviews.start(scene.lead, service=scene.service, kind="pillars")

    assert item(again, LOOSER).is_signed
    assert {one.answer.item_key for one in AnswerReference.objects.filter(answer__review=again)} == {LOOSER, POINT}
    assert problems() == []


def test_a_source_that_applies_no_longer_ends_it_too() -> None:
    """The service handles no personal data any more: the assessment’s item on it is left out."""
    scene = next_release.scene([])
    of_personal_data(scene, True)
    assessment = reviews.start(scene.lead, service=scene.service, kind="pillars")
    review_factory.green(scene.engineer, item(assessment, "privacy.by-design"))
    covering.use(scene.engineer, answer=item(scene.first, "sec.output"))
    assert item(scene.first, "sec.output").ticks.get().state == "ticked"

    of_personal_data(scene, False)

    assert not item(assessment, "privacy.by-design").applies
    assert item(scene.first, "sec.output").ticks.get().state == "open"
    assert AnswerReference.objects.get().ended_reason.endswith("which it rested on, does not apply any more")
    assert problems() == []


def of_personal_data(scene: Scene, handled: bool) -> None:
    """The lead declares whether the service handles personal data."""
    scene.service.refresh_from_db()
    facts = dataclasses.replace(
        service_changes.declared(scene.service),
        personal_data=handled,
        residency="EU",
        consent="Contract",
        deletion="90 days",
    )
    service_changes.change(
        scene.lead,
        service=scene.service,
        owner=scene.service.owner,
        facts=facts,
        restricted=False,
        revision=scene.service.revision,
    )
    scene.service.refresh_from_db()


def test_a_review_that_was_closed_meanwhile_takes_nothing_any_more(scene: Scene, assessment: Review) -> None:
    seen = Review.objects.with_surroundings().get(pk=assessment.pk)
    reviews.abandon(scene.lead, review=assessment, reason="Started over.")

    with pytest.raises(DomainError, match="Nothing is on offer"):
        covering.use_all(scene.engineer, review=seen)

    assert not AnswerReference.objects.exists()


def test_a_review_is_not_abandoned_under_a_go_that_came_since_it_was_read() -> None:
    going = launches.scene()
    seen = Review.objects.with_surroundings().get(pk=going.review.pk)
    launches.going_live(going)

    with pytest.raises(DomainError, match="A go stands on this review"):
        reviews.abandon(portal.access(going.service.owner), review=seen, reason="Started over.")


def test_the_database_takes_no_reference_to_what_says_something_else(scene: Scene, assessment: Review) -> None:
    covering.use(scene.engineer, answer=item(assessment, POINT))
    stood = AnswerReference.objects.get()

    with pytest.raises(IntegrityError, match="what serves it says something else"), transaction.atomic():
        AnswerReference.objects.create(
            answer=item(assessment, LOOSER),
            source=item(scene.first, WHOLE),
            source_digest="f" * 64,
            used_by=stood.used_by,
            used_at=stood.used_at,
            event=stood.event,
        )
