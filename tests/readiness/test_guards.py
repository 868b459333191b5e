"""Four-eyes as the database holds it: rows written past every action are refused all the same."""

import datetime
import uuid
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from portal import audit, clock
from portal.models import User
from portal.permissions import Access, Role
from readiness import verbs
from readiness.actions import evidence
from readiness.actions import reviews as review_actions
from readiness.models import (
    Environment,
    Evidence,
    ItemAnswer,
    LaunchDecision,
    MeasuredValue,
    PointTick,
    Review,
    SignOff,
)
from tests.factories import portal, readiness, record, reviews

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def green() -> ItemAnswer:
    """A green item, all of it by one engineer."""
    review = reviews.started()
    engineer, _ = reviews.people(review.service)
    return reviews.green(engineer, reviews.answer(review, review.answers.filter(critical=True)[0].item_key))


@transaction.atomic
def sign(person: User, answer: ItemAnswer, **fields: object) -> SignOff:
    """The row of a sign-off with its event, without any action."""
    answer = ItemAnswer.objects.get(pk=answer.pk)
    event = audit.record(portal.access(person), verbs.SIGNOFF_GRANTED, answer)
    values = {"content_digest": answer.content_digest, "round": answer.round, **fields}
    return SignOff.objects.create(
        answer=answer,
        person=person,
        template_digest="0" * 64,
        meaning="I state that it is met.",
        meaning_version="1",
        proof_method="password",
        proof_at=clock.now(),
        signed_at=clock.now(),
        event=event,
        **values,
    )


def touch_rating(answer: ItemAnswer, person: User) -> None:
    ItemAnswer.objects.filter(pk=answer.pk).update(rating_by=person)


def touch_text(answer: ItemAnswer, person: User) -> None:
    ItemAnswer.objects.filter(pk=answer.pk).update(text_by=person)


def touch_tick(answer: ItemAnswer, person: User) -> None:
    PointTick.objects.filter(pk=answer.ticks.all()[0].pk).update(by=person)


def touch_value(answer: ItemAnswer, person: User) -> None:
    MeasuredValue.objects.create(answer=answer, name="p95_ms", value="1800", by=person, at=clock.now())


def touch_evidence(answer: ItemAnswer, person: User) -> None:
    piece = answer.evidence.all()[0]
    Evidence.objects.create(
        answer=answer,
        kind=piece.kind,
        title="Mine",
        url=piece.url,
        observed_on=piece.observed_on,
        digest=piece.digest,
        added_by=person,
        added_at=clock.now(),
    )


PARTS = [touch_rating, touch_text, touch_tick, touch_value, touch_evidence]


def test_somebody_who_wrote_nothing_of_it_signs(green: ItemAnswer) -> None:
    assert sign(portal.person(), green).pk


@pytest.mark.parametrize("touch", PARTS)
def test_who_wrote_any_part_of_an_item_cannot_sign_it(
    green: ItemAnswer, touch: Callable[[ItemAnswer, User], None]
) -> None:
    person = portal.person()
    touch(green, person)

    with pytest.raises(IntegrityError, match="who wrote any part of it cannot sign it"):
        sign(person, green)


@pytest.mark.parametrize("touch", PARTS)
def test_a_second_account_of_the_same_person_cannot_sign_it_either(
    green: ItemAnswer, touch: Callable[[ItemAnswer, User], None]
) -> None:
    human = uuid.uuid4()
    touch(green, portal.person(identity=human))

    with pytest.raises(IntegrityError, match="who wrote any part of it cannot sign it"):
        sign(portal.person(identity=human), green)


def test_whose_evidence_was_withdrawn_may_sign(green: ItemAnswer) -> None:
    approver = portal.member(green.review.service.scope.team, Role.APPROVER, Role.CONTRIBUTOR)
    piece = reviews.link(portal.access(approver), reviews.answer(green.review, green.item_key))
    evidence.withdraw(portal.access(approver), piece=piece, reason="Wrong run.")

    assert sign(approver, green).pk


@pytest.mark.parametrize("fields", [{"content_digest": "f" * 64}, {"round": 2}])
def test_what_does_not_stand_cannot_be_signed(green: ItemAnswer, fields: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match="what is signed is not what stands"):
        sign(portal.person(), green, **fields)


@pytest.mark.parametrize("verdict", ["go", "conditional-go", "no-go"])
@pytest.mark.parametrize("touch", PARTS)
def test_who_wrote_any_part_of_a_critical_item_cannot_decide(
    green: ItemAnswer, touch: Callable[[ItemAnswer, User], None], verdict: str
) -> None:
    human = uuid.uuid4()
    touch(green, portal.person(identity=human))
    decider = Access(portal.person(identity=human))

    with pytest.raises(IntegrityError, match="who wrote any part of a critical item cannot decide"):
        record.decide(decider, green.review, verdict)


def prelaunch(green: ItemAnswer, writer: User, *, closed_days_ago: int = 0, state: str = "closed") -> None:
    """A pre-launch review of the same service, one critical item of which this person wrote."""
    service = green.review.service
    review = review_actions.start(portal.access(service.owner), service=service, kind="prelaunch")
    ItemAnswer.objects.filter(pk=review.answers.filter(critical=True)[0].pk).update(text_by=writer)
    closed_at = clock.now() - datetime.timedelta(days=closed_days_ago)
    Review.objects.filter(pk=review.pk).update(state=state, closed_at=closed_at)


def decide_for(kind: str, by: User, green: ItemAnswer) -> LaunchDecision:
    Environment.objects.filter(pk=green.review.service.environments.all()[0].pk).update(kind=kind)
    return record.decide(Access(by), green.review)


@pytest.mark.parametrize("account", ["own", "second"])
def test_who_wrote_a_critical_item_of_the_pre_launch_review_cannot_decide_for_production(
    green: ItemAnswer, account: str
) -> None:
    writer = portal.person()
    prelaunch(green, writer)
    decider = writer if account == "own" else portal.person(identity=writer.identity)

    with pytest.raises(IntegrityError, match="who wrote any part of a critical item cannot decide"):
        decide_for("production", decider, green)


def test_other_environments_read_no_pre_launch_review(green: ItemAnswer) -> None:
    writer = portal.person()
    prelaunch(green, writer)

    assert decide_for("staging", writer, green).pk


def test_only_the_last_closed_pre_launch_review_is_read(green: ItemAnswer) -> None:
    writer = portal.person()
    prelaunch(green, writer, closed_days_ago=9)
    prelaunch(green, portal.person())
    prelaunch(green, writer, state="abandoned")

    assert decide_for("production", writer, green).pk


def test_who_wrote_an_item_that_is_not_critical_may_decide(green: ItemAnswer) -> None:
    writer = portal.person()
    ItemAnswer.objects.filter(pk=green.review.answers.filter(critical=False)[0].pk).update(rating_by=writer)

    assert record.decide(Access(writer), green.review).pk


def test_who_wrote_a_critical_item_of_another_review_may_decide(green: ItemAnswer) -> None:
    writer = portal.person()
    elsewhere = reviews.started(readiness.service())
    ItemAnswer.objects.filter(pk=elsewhere.answers.filter(critical=True)[0].pk).update(rating_by=writer)

    assert record.decide(Access(writer), green.review).pk
