"""Reviews by machine: the list of a service, and the items of one with where they come from and what they rest on."""

from typing import Any

import pytest
from django.test import Client

from readiness.actions import covering, reviews
from tests.factories import next_release, portal
from tests.factories.next_release import Scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return next_release.scene()


def got(scene: Scene, path: str) -> dict[str, Any]:
    client = Client()
    client.force_login(scene.engineer.person)
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


def test_the_reviews_of_a_service_are_listed(scene: Scene) -> None:
    scene.next_review()
    found = got(scene, f"services/{scene.service.slug}/reviews/")["results"]

    assert [(one["number"], one["kind"], one["release"]) for one in found] == [
        (2, "deployment", "42"),
        (1, "deployment", "41"),
    ]


def test_an_abandoned_review_says_by_whom_and_why(scene: Scene) -> None:
    given_up = scene.next_review()
    reviews.abandon(scene.lead, review=given_up, reason="The release is put off.")
    newest, oldest = got(scene, f"services/{scene.service.slug}/reviews/")["results"]

    assert (newest["state"], oldest["abandoned"]) == ("abandoned", None)
    assert newest["abandoned"] == {"by": scene.lead.person.name, "reason": "The release is put off."}
    assert newest["closed_at"]


def test_an_item_says_where_it_comes_from_and_why_it_is_asked_again(scene: Scene) -> None:
    review = scene.next_review(version="3.2")
    items = {one["key"]: one for one in got(scene, f"reviews/{review.public_id}/items/")["results"]}

    kept, again = items["env.secrets"], items["sec.input"]
    assert (kept["signed"]["by"], kept["signed"]["carried_from"]) == ("Alma Approver", "release 41")
    assert kept["origin"] == {"review": 1, "release": "41", "kept": "signed", "reason": ""}
    assert again["signed"] is None
    assert again["reopened_because"] == again["origin"]["reason"] == "The model changed from 3.1 to 3.2"
    assert again["outdated_evidence"] == 1


def test_an_item_names_the_answer_that_it_rests_on(scene: Scene) -> None:
    assessment = reviews.start(scene.lead, service=scene.service, kind="pillars")
    covering.use_all(scene.engineer, review=assessment)
    items = {one["key"]: one for one in got(scene, f"reviews/{assessment.public_id}/items/")["results"]}

    assert [(one["review"], one["item"], one["points"]) for one in items["access.rate-limit"]["references"]] == [
        (1, "api.auth", [])
    ]


def test_what_one_may_not_see_does_not_exist(scene: Scene) -> None:
    client = Client()
    client.force_login(portal.person())
    scene.service.scope.restricted = True
    scene.service.scope.save()

    assert client.get(f"/api/v1/services/{scene.service.slug}/reviews/").status_code == 404
    assert client.get(f"/api/v1/reviews/{scene.first.public_id}/items/").status_code == 404
