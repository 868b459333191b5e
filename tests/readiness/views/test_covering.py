"""The review page offers answers of other reviews, takes them with one click, and says what an item rests on."""

import pytest
from django.test import Client
from django.urls import reverse

from readiness.actions import reviews
from readiness.models import AnswerReference, Review
from tests.factories import next_release
from tests.factories import reviews as review_factory
from tests.factories.next_release import Scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return next_release.scene(["api.auth", "sec.access"])


@pytest.fixture
def assessment(scene: Scene) -> Review:
    return reviews.start(scene.lead, service=scene.service, kind="pillars")


@pytest.fixture
def engineer(scene: Scene) -> Client:
    client = Client()
    client.force_login(scene.engineer.person)
    return client


def test_what_is_on_offer_stands_at_the_item_and_at_the_head(engineer: Client, assessment: Review) -> None:
    shown = engineer.get(assessment.get_absolute_url()).content.decode()

    assert "2 items are answered in other reviews" in shown
    assert shown.count("Answered elsewhere") == 2
    assert shown.count(">Use it<") == 2


def test_one_click_takes_all(engineer: Client, assessment: Review) -> None:
    address = reverse("readiness:answers_cover", args=[assessment.service.slug, assessment.number])
    shown = engineer.post(address, follow=True).content.decode()

    assert "2 answers used from other reviews." in shown
    assert "answered in other reviews<" not in shown
    assert shown.count(">Answer it here instead<") == 2
    assert engineer.post(address, follow=True).content.decode().count("Nothing is on offer here any more.") == 1


def test_one_item_is_used_and_taken_back(engineer: Client, assessment: Review) -> None:
    at = [assessment.service.slug, assessment.number, "access.rate-limit"]
    used = engineer.post(reverse("readiness:answer_cover", args=at), headers={"HX-Request": "true"}).content.decode()
    assert "An answer that asks for at least as much counts here too." in used
    assert "Signed by Alma Approver" in used

    back = engineer.post(
        reverse("readiness:answer_uncover", args=at), {"reason": "Limits differ."}, headers={"HX-Request": "true"}
    ).content.decode()
    assert "counts here too" not in back
    assert "Limits differ., by Enno Engineer" in back
    assert ">Use it<" in back
    assert not AnswerReference.objects.current().exists()


def test_a_sign_off_that_ends_with_it_is_named_before_and_a_reason_is_asked_for(
    engineer: Client, assessment: Review
) -> None:
    at = [assessment.service.slug, assessment.number, "access.rate-limit"]
    headers = {"HX-Request": "true"}
    used = engineer.post(reverse("readiness:answer_cover", args=at), headers=headers).content.decode()
    assert "This makes the sign-off of Alma Approver void here." in used

    refused = engineer.post(reverse("readiness:answer_uncover", args=at), {"reason": "  "}, headers=headers)
    shown = refused.content.decode()
    assert refused.status_code == 422
    assert "Say why it is answered here again." in shown
    assert "Signed by Alma Approver" in shown
    refused = engineer.post(reverse("readiness:answer_uncover", args=at), {"reason": "x" * 301}, headers=headers)
    assert refused.status_code == 422
    assert f'value="{"x" * 301}"' in refused.content.decode()
    assert AnswerReference.objects.current().exists()


def test_what_nobody_has_signed_is_answered_here_again_with_one_click(engineer: Client, assessment: Review) -> None:
    at = [assessment.service.slug, assessment.number, "access.audit-log"]
    used = engineer.post(reverse("readiness:answer_cover", args=at), headers={"HX-Request": "true"}).content.decode()
    assert "void here" not in used

    back = engineer.post(reverse("readiness:answer_uncover", args=at), headers={"HX-Request": "true"})
    assert back.status_code == 200
    assert not AnswerReference.objects.current().exists()


def test_whoever_only_signs_is_offered_nothing(scene: Scene, assessment: Review) -> None:
    client = Client()
    client.force_login(scene.approver.person)
    shown = client.get(assessment.get_absolute_url()).content.decode()

    assert ">Use it<" not in shown
    at = [assessment.service.slug, assessment.number, "access.rate-limit"]
    assert client.post(reverse("readiness:answer_cover", args=at)).status_code == 403


def test_what_is_answered_elsewhere_is_read_here_and_not_answered(scene: Scene, engineer: Client) -> None:
    """The stricter item serves a looser one that nobody has to sign: its colour and points are shown, not asked."""
    key = "spend.showback"
    review_factory.green(scene.engineer, scene.item(scene.first, "cost.usage"))
    assessment = reviews.start(scene.lead, service=scene.service, kind="pillars")
    at = [assessment.service.slug, assessment.number, key]
    used = engineer.post(reverse("readiness:answer_cover", args=at), headers={"HX-Request": "true"}).content.decode()

    assert f'href="{scene.first.get_absolute_url()}#cost.usage"' in used
    assert "It is green, rated by Enno Engineer" in used
    assert used.count("checked disabled") == used.count("gh-point-row") > 0
    for asking in ('type="radio"', 'id="note-spend-showback"', "Add evidence", "Does not apply, because"):
        assert asking not in used
    back = engineer.post(reverse("readiness:answer_uncover", args=at), headers={"HX-Request": "true"}).content.decode()
    for asking in ('type="radio"', 'id="note-spend-showback"', "Add evidence", "Does not apply, because"):
        assert asking in back


def test_a_point_that_is_answered_elsewhere_is_not_answered_here(engineer: Client, assessment: Review) -> None:
    at = [assessment.service.slug, assessment.number, "access.audit-log"]
    used = engineer.post(reverse("readiness:answer_cover", args=at), headers={"HX-Request": "true"}).content.decode()

    assert "Point 1 is answered" in used
    assert used.count("checked disabled") == 1
    assert 'type="radio"' in used
