"""The page on which several items are signed."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from portal.permissions import Role
from readiness.actions import signoffs
from readiness.models import ItemAnswer, Review, SignOff
from tests.factories import portal, reviews

pytestmark = pytest.mark.django_db

KEYS = ["env.configuration", "env.secrets"]


@pytest.fixture
def review() -> Review:
    review = reviews.started()
    engineer, _ = reviews.people(review.service)
    for key in KEYS:
        reviews.green(engineer, reviews.answer(review, key))
    return review


@pytest.fixture
def approver(client: Client, review: Review) -> Client:
    client.force_login(portal.member(review.service.scope.team, Role.APPROVER, name="Alma Approver"))
    return client


def page(review: Review) -> str:
    return reverse("readiness:signoffs_grant", args=[review.service.slug, review.number])


def said(*items: ItemAnswer, **more: object) -> dict[str, object]:
    digests = {f"digest-{item.item_key}": item.content_digest for item in items}
    return {"items": [item.item_key for item in items], "password": portal.PASSWORD, **digests, **more}


def test_it_shows_what_this_person_can_sign_and_chooses_nothing_for_them(approver: Client, review: Review) -> None:
    html = approver.get(page(review)).content.decode()

    assert html.count('name="items"') == len(KEYS)
    assert not re.search(r'name="items"[^>]* checked', html)


def test_everything_signed_leads_back_to_the_review(approver: Client, review: Review) -> None:
    answer = approver.post(page(review), said(*(reviews.answer(review, key) for key in KEYS)), follow=True)

    assert answer.redirect_chain[-1][0] == review.get_absolute_url()
    assert "You signed off 2 items." in answer.content.decode()
    assert SignOff.objects.count() == len(KEYS)


def test_a_line_says_what_was_not_signed_and_the_note_stays(approver: Client, review: Review) -> None:
    first, second = (reviews.answer(review, key) for key in KEYS)
    sent = said(first, second, note="Read together.") | {f"digest-{second.item_key}": "of an earlier reading"}

    answer = approver.post(page(review), sent)

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "It has changed since you opened it" in html
    assert "Read together." in html
    assert SignOff.objects.get().answer_id == first.pk


def test_nothing_chosen_or_a_wrong_password_is_said_at_its_field(approver: Client, review: Review) -> None:
    item = reviews.answer(review, KEYS[0])

    for sent, words in [
        (said(), "Choose at least one item."),
        (said(item, password="wrong"), "password"),
    ]:
        answer = approver.post(page(review), sent)
        assert answer.status_code in (403, 422)
        assert words in answer.content.decode()
    assert not SignOff.objects.exists()


def test_who_may_not_sign_does_not_get_in(client: Client, review: Review) -> None:
    engineer, _ = reviews.people(review.service)
    client.force_login(engineer.person)

    assert client.get(page(review)).status_code == 403


def test_what_was_returned_waits_until_it_is_asked_for_again(approver: Client, review: Review) -> None:
    item = reviews.answer(review, KEYS[0])
    _, other = reviews.people(review.service)
    signoffs.give_back(other, answer=item, reason="The rotation is not shown.")

    assert item.item_key not in approver.get(page(review)).content.decode()
