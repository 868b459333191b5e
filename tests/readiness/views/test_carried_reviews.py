"""A review's page and the form that starts one say where answers come from, what was kept and what is asked again."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from portal.models import User
from readiness.actions import signoffs
from readiness.models import Review
from tests.factories import next_release
from tests.factories.next_release import OF_RELEASE, SIGNED, Scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return next_release.scene()


def page(who: User, review: Review, **query: str) -> str:
    client = Client()
    client.force_login(who)
    return client.get(review.get_absolute_url(), query).content.decode()


def test_the_head_counts_what_was_kept_and_what_is_asked_again(scene: Scene) -> None:
    shown = page(scene.engineer.person, scene.next_review(version="3.2"))

    assert "review 1, release 41" in shown
    assert "2 kept with their sign-off" in shown
    assert "4 to be signed anew" in shown
    said = re.sub(r"<[^>]+>", "", shown.split('id="started-from"', 1)[1].split("</div>", 1)[0])
    taken, *parts = [int(number) for number in re.findall(r"(\d+)", said.split("release 41", 1)[1])]
    assert taken == sum(parts), "each answer taken over is counted once"
    assert "Re-opened 4" in shown


def test_an_item_says_why_its_sign_off_was_not_kept(scene: Scene) -> None:
    shown = page(scene.engineer.person, scene.next_review(version="3.2"))

    assert shown.count("To be signed anew: The model changed from 3.1 to 3.2.") == 2
    assert shown.count("To be signed anew: Belongs to the release.") == 2
    assert "Signed by Alma Approver" in shown
    assert "for release 41" in shown


def test_the_reason_is_read_without_opening_the_item(scene: Scene) -> None:
    shown = page(scene.engineer.person, scene.next_review(version="3.2"), show="reopened")
    heads = re.findall(r"<summary id=\"head-[^>]*>(.*?)</summary>", shown, re.DOTALL)

    assert sum("The model changed from 3.1 to 3.2" in head for head in heads) == 2
    assert sum("Belongs to the release" in head for head in heads) == 2


def test_the_page_narrows_to_what_was_reopened(scene: Scene) -> None:
    review = scene.next_review()
    shown = page(scene.engineer.person, review, show="reopened")

    for key in SIGNED:
        assert (f'id="{key}"' in shown) == (key in OF_RELEASE)


def test_what_is_reopened_by_hand_is_among_them(scene: Scene) -> None:
    review = scene.next_review()
    signoffs.reopen(scene.engineer, answer=scene.item(review, "env.secrets"), reason="The vault was moved.")

    assert 'id="env.secrets"' in page(scene.engineer.person, review, show="reopened")


def test_the_form_says_beforehand_what_each_review_starts_from(scene: Scene) -> None:
    client = Client()
    client.force_login(scene.lead.person)
    scene.planned()
    shown = client.get(reverse("readiness:review_start", args=[scene.service.slug])).content.decode()

    assert "starts from" in shown
    assert "review 1, release 41" in shown
    assert shown.count("starts empty") == 2


def test_a_review_that_started_empty_says_nothing_of_it(scene: Scene) -> None:
    assert "Started from" not in page(scene.engineer.person, scene.first)
