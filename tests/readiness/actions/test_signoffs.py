"""Signing off, reopening, returning."""

import datetime

import pytest
import time_machine
from django.db import IntegrityError, transaction

from portal import clock
from portal.errors import DomainError, NotPermitted, ProofNeeded
from portal.identity import Proof
from portal.models import AuditEvent, Notification
from portal.permissions import Role
from readiness.actions import answers, signoffs
from readiness.models import ItemAnswer, SignOff, SignOffVoid
from readiness.queries import waiting
from tests.factories import portal, reviews

pytestmark = pytest.mark.django_db


@pytest.fixture
def item() -> ItemAnswer:
    review = reviews.started()
    engineer, _ = reviews.people(review.service)
    return reviews.green(engineer, reviews.answer(review, "env.configuration"))


def approver_of(item: ItemAnswer, name: str = "Alma Approver"):
    return portal.access(portal.member(item.review.service.scope.team, Role.APPROVER, name=name))


def test_a_sign_off_names_person_time_words_proof_and_content(item: ItemAnswer) -> None:
    signed = reviews.signed(approver_of(item), item)

    assert signed.person.name == "Alma Approver"
    assert signed.content_digest == item.content_digest
    assert signed.template_digest == item.review.template_version.digest
    assert signed.meaning.endswith("state that it is met.")
    assert (signed.meaning_version, signed.proof_method) == ("signoff-1", "password")
    assert signed.event.verb == "signoff.granted"
    assert reviews.answer(item.review, item.item_key).signoff == signed


def test_without_a_fresh_proof_nothing_is_signed(item: ItemAnswer) -> None:
    old = Proof("password", clock.now() - datetime.timedelta(minutes=5, seconds=1))

    for proof in (None, old):
        with pytest.raises(ProofNeeded):
            signoffs.grant(approver_of(item), answer=item, digest=item.content_digest, proof=proof)
    assert not SignOff.objects.exists()


def test_who_wrote_any_part_cannot_sign(item: ItemAnswer) -> None:
    engineer = item.rating_by
    portal.member(item.review.service.scope.team, Role.APPROVER, who=portal.person())
    membership = engineer.memberships.get()
    membership.roles = [Role.CONTRIBUTOR, Role.APPROVER]
    membership.save()

    with pytest.raises(DomainError, match="You wrote the rating"):
        reviews.signed(portal.access(engineer), item)


def test_a_second_account_of_the_same_person_cannot_sign_either(item: ItemAnswer) -> None:
    approver = approver_of(item)
    approver.person.identity = item.rating_by.identity
    approver.person.save()

    with pytest.raises(DomainError, match="Someone else must sign"):
        reviews.signed(approver, item)


def test_the_database_itself_refuses_a_contributor(item: ItemAnswer) -> None:
    signed = reviews.signed(approver_of(item), item)
    copy = SignOff(
        answer=item,
        round=item.round + 1,
        person=item.rating_by,
        content_digest=item.content_digest,
        template_digest=signed.template_digest,
        meaning="",
        meaning_version="",
        proof_method="password",
        proof_at=clock.now(),
        signed_at=clock.now(),
        event=AuditEvent.objects.filter(verb="item.rated").latest("number"),
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)


def test_what_changed_since_it_was_shown_is_not_signed(item: ItemAnswer) -> None:
    seen = item.content_digest
    engineer = portal.access(item.rating_by)
    answers.describe(engineer, answer=item, text="One more thing.", version=0)

    with pytest.raises(DomainError, match="changed since you opened it"):
        signoffs.grant(approver_of(item), answer=item, digest=seen, proof=Proof("password", clock.now()))


def test_a_signed_item_is_locked_until_it_is_reopened_with_a_reason(item: ItemAnswer) -> None:
    engineer = portal.access(item.rating_by)
    signed = reviews.signed(approver_of(item), item)

    with pytest.raises(DomainError, match="signed off and locked"):
        answers.mark_point(engineer, answer=item, number=1, state="open", version=1)
    with pytest.raises(DomainError, match="Say why"):
        signoffs.reopen(engineer, answer=item, reason=" ")
    ended = signoffs.reopen(engineer, answer=item, reason="Staging was rebuilt.")

    assert ended.signoff == signed
    assert SignOff.objects.get() == signed, "the sign-off itself stays as it was"
    item = reviews.answer(item.review, item.item_key)
    assert (item.signoff, item.round) == (None, 2)
    answers.mark_point(engineer, answer=item, number=1, state="open", version=1)


def test_the_signer_hears_that_the_sign_off_is_void(item: ItemAnswer) -> None:
    approver = approver_of(item)
    reviews.signed(approver, item)

    signoffs.reopen(portal.access(item.rating_by), answer=item, reason="Staging was rebuilt.")

    notice = Notification.objects.get(recipient=approver.person, kind="signoff-voided")
    assert notice.subject.startswith("Your sign-off on")
    assert "Staging was rebuilt." in notice.subject


@pytest.mark.parametrize("who", ["the rating", "a tick", "the evidence"])
def test_who_answered_hears_that_it_is_to_be_signed_anew_or_was_returned(item: ItemAnswer, who: str) -> None:
    approver, other = approver_of(item), portal.member(item.review.service.scope.team, Role.CONTRIBUTOR, name="Sue")
    if who == "a tick":
        item.ticks.filter(number=1).update(by=other)
    elif who == "the evidence":
        reviews.link(portal.access(other), item)
    else:
        ItemAnswer.objects.filter(pk=item.pk).update(rating_by=other)
    item = reviews.answer(item.review, item.item_key)
    told = Notification.objects.filter(recipient=other)
    signoffs.give_back(approver, answer=item, reason="Which run was it?")
    assert told.get().kind == "signoff-returned"

    reviews.signed(approver, reviews.answer(item.review, item.item_key))
    signoffs.reopen(approver, answer=reviews.answer(item.review, item.item_key), reason="Staging was rebuilt.")

    (notice,) = told.filter(kind="signoff-voided")
    assert notice.subject.startswith(f"{approver.person.name}’s sign-off on")
    assert not Notification.objects.filter(recipient=approver.person, kind="signoff-voided").exists()


def test_a_reopened_item_can_be_signed_again_by_the_same_person(item: ItemAnswer) -> None:
    approver = approver_of(item)
    reviews.signed(approver, item)
    signoffs.reopen(portal.access(item.rating_by), answer=item, reason="To be sure.")

    again = reviews.signed(approver, reviews.answer(item.review, item.item_key))

    assert again.round == 2
    assert SignOffVoid.objects.count() == 1


def test_an_item_is_signed_once(item: ItemAnswer) -> None:
    reviews.signed(approver_of(item), item)

    with pytest.raises(DomainError, match="signed already"):
        reviews.signed(approver_of(item, "Another Approver"), item)
    assert SignOff.objects.count() == 1


def test_an_approver_of_another_team_cannot_sign(item: ItemAnswer) -> None:
    elsewhere = portal.access(portal.member(portal.team(), Role.APPROVER))

    with pytest.raises(NotPermitted):
        reviews.signed(elsewhere, item)


def test_a_returned_item_says_why_until_it_is_asked_for_again(item: ItemAnswer) -> None:
    approver = approver_of(item)
    engineer = portal.access(item.rating_by)
    signoffs.ask(engineer, answer=item)

    signoffs.give_back(approver, answer=item, reason="The run is of staging 2.")

    item = reviews.answer(item.review, item.item_key)
    assert item.returned is not None
    assert item.returned.reason == "The run is of staging 2."
    assert item.signoff_asked_at is None
    signoffs.ask(engineer, answer=item)
    assert reviews.answer(item.review, item.item_key).returned is None


def test_asking_tells_those_who_may_sign_and_nobody_who_contributed(item: ItemAnswer) -> None:
    approver = approver_of(item)
    engineer = item.rating_by
    membership = engineer.memberships.get()
    membership.roles = [Role.CONTRIBUTOR, Role.APPROVER]
    membership.save()

    signoffs.ask(portal.access(engineer), answer=item)

    told = set(Notification.objects.filter(kind="signoff-asked").values_list("recipient__name", flat=True))
    assert approver.person.name in told
    assert engineer.name not in told


def test_asking_somebody_by_name_tells_them_alone(item: ItemAnswer) -> None:
    named = approver_of(item).person
    other = portal.member(item.review.service.team, Role.APPROVER, name="Otto Other")

    signoffs.ask(portal.access(item.rating_by), answer=item, of=[named])

    told = Notification.objects.filter(kind="signoff-asked")
    assert [notice.recipient for notice in told] == [named]
    assert waiting.signoffs(portal.access(named)).get(pk=item.pk).asked_of_me is True
    assert waiting.signoffs(portal.access(other)).get(pk=item.pk).asked_of_me is False


def test_nobody_is_asked_who_could_not_sign_it(item: ItemAnswer) -> None:
    stranger = portal.member(portal.team(), Role.APPROVER, name="Sam Stranger")

    with pytest.raises(DomainError) as refused:
        signoffs.ask(portal.access(item.rating_by), answer=item, of=[stranger])

    assert refused.value.errors == {"of": ["Sam Stranger cannot sign it."]}
    assert reviews.answer(item.review, item.item_key).signoff_asked_at is None


def test_a_signing_session_runs_on_while_one_signs_but_not_past_half_an_hour(item: ItemAnswer) -> None:
    proof = Proof("password", clock.now())
    last = proof.at + datetime.timedelta(minutes=28)

    with time_machine.travel(proof.at + datetime.timedelta(minutes=29), tick=False):
        signoffs.grant(approver_of(item), answer=item, digest=item.content_digest, proof=proof, last_signed_at=last)
    assert SignOff.objects.count() == 1


def test_asking_again_after_a_return_tells_the_signers_again_and_asking_twice_does_not(item: ItemAnswer) -> None:
    approver, engineer = approver_of(item), portal.access(item.rating_by)
    asked = Notification.objects.filter(recipient=approver.person, kind="signoff-asked")

    signoffs.ask(engineer, answer=item)
    signoffs.ask(engineer, answer=item)
    assert asked.count() == 1

    signoffs.give_back(approver, answer=item, reason="Which run was it?")
    signoffs.ask(engineer, answer=item)
    assert asked.count() == 2
