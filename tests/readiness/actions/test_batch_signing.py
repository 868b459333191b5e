"""Signing several items as one act: a line for each, one event, nothing that may not be signed."""

import datetime
import json

import pytest

from portal import clock
from portal.errors import DomainError, NotPermitted, ProofNeeded
from portal.identity import Proof
from portal.models import AuditEvent
from portal.permissions import Access, Role
from readiness.actions import answers, signoffs
from readiness.models import ItemAnswer, Review, SignOff
from tests.factories import portal, reviews

pytestmark = pytest.mark.django_db

KEYS = ["env.configuration", "env.secrets", "val.accuracy"]


@pytest.fixture
def review() -> Review:
    return reviews.started()


def green(review: Review, key: str) -> ItemAnswer:
    engineer, _ = reviews.people(review.service)
    return reviews.green(engineer, reviews.answer(review, key))


def approver(review: Review, *roles: Role) -> Access:
    return portal.access(portal.member(review.service.scope.team, *(roles or [Role.APPROVER]), name="Alma Approver"))


def sign(by: Access, *items: ItemAnswer, **said: object) -> list[signoffs.Signed]:
    said = {"proof": Proof("password", clock.now()), **said}
    digests = {item.item_key: item.content_digest for item in items}
    return signoffs.grant_several(by, review=items[0].review, digests=digests, **said)


def test_several_items_are_signed_under_one_event_that_lists_them(review: Review) -> None:
    items = [green(review, key) for key in KEYS[:2]]

    lines = sign(approver(review), *items, note="Read together.")

    assert [line.refusal for line in lines] == ["", ""]
    (event,) = AuditEvent.objects.filter(verb="signoff.granted")
    assert json.loads(event.body)["facts"]["items"] == KEYS[:2]
    assert {row.event for row in SignOff.objects.all()} == {event}
    assert [row.note for row in SignOff.objects.all()] == ["Read together."] * 2


def test_what_cannot_be_signed_says_why_and_the_rest_is_signed(review: Review) -> None:
    good, own = green(review, KEYS[0]), green(review, KEYS[1])
    signer = approver(review, Role.APPROVER, Role.CONTRIBUTOR)
    reviews.link(signer, own, "Added by the approver")

    lines = sign(signer, good, reviews.answer(review, own.item_key))

    assert [bool(line.signoff) for line in lines] == [True, False]
    assert "Someone else must sign" in lines[1].refusal


def test_an_item_that_changed_since_it_was_read_is_left_out(review: Review) -> None:
    good, read = green(review, KEYS[0]), green(review, KEYS[1])
    engineer, _ = reviews.people(review.service)
    answers.describe(engineer, answer=read, text="Rotated last week.", version=0)

    lines = sign(approver(review), good, read)

    assert lines[1].refusal.startswith("It has changed since you opened it")
    assert SignOff.objects.get().answer == good


def test_nothing_is_written_where_nothing_can_be_signed(review: Review) -> None:
    unanswered, signer = reviews.answer(review, KEYS[0]), approver(review)
    events = AuditEvent.objects.count()

    (line,) = sign(signer, unanswered)

    assert line.refusal == "Only a green item can be signed off."
    assert AuditEvent.objects.count() == events


def test_it_needs_a_choice_a_right_and_a_running_session(review: Review) -> None:
    item, signer = green(review, KEYS[0]), approver(review)
    engineer, _ = reviews.people(review.service)

    with pytest.raises(DomainError, match="Choose at least one item"):
        signoffs.grant_several(signer, review=review, digests={}, proof=Proof("password", clock.now()))
    with pytest.raises(NotPermitted):
        sign(engineer, item)
    with pytest.raises(ProofNeeded):
        sign(signer, item, proof=Proof("password", clock.now() - datetime.timedelta(minutes=6)))
    assert not SignOff.objects.exists()
