"""Reviews by machine: started, closed and given up; the list of a service, and the items of one with their origins."""

from typing import Any

import pytest
from django.test import Client

from portal.permissions import Access
from readiness.actions import covering, reviews
from tests.factories import callers, next_release, portal
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


def tool(who: Access) -> callers.Caller:
    return callers.caller(who.person, may="write")


def test_a_review_is_started_once_for_a_release_and_carries_over_what_holds(scene: Scene) -> None:
    release = scene.planned("42")
    caller, path = tool(scene.lead), f"services/{scene.service.slug}/reviews/"
    body = {"kind": "deployment", "release": release.label}
    made, replayed = (caller.post(path, body, idempotency_key="review-42") for _ in range(2))

    assert (made.status_code, replayed.status_code) == (201, 201)
    review = callers.as_json(made)
    assert (review["number"], review["release"], review["started_by"]) == (2, "42", scene.lead.person.name)
    assert review["summary"]["in_the_way"]
    again = caller.post(path, body)
    assert (again.status_code, "There is one already" in callers.as_json(again)["detail"]) == (422, True)


def test_what_is_wrong_with_a_start_is_named(scene: Scene) -> None:
    caller, path = tool(scene.lead), f"services/{scene.service.slug}/reviews/"
    for body, field in (
        ({}, "kind"),
        ({"kind": "poem"}, "kind"),
        ({"kind": "deployment"}, "release"),
        ({"kind": "deployment", "release": "9.9"}, "release"),
        ({"kind": "deployment", "release": "41", "number": 7}, "number"),
    ):
        answer = caller.post(path, body)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_a_review_says_where_it_stands_and_is_read_again_only_when_it_changed(scene: Scene) -> None:
    caller = tool(scene.engineer)
    answer = caller.get(f"reviews/{scene.first.public_id}/")
    summary = callers.as_json(answer)["summary"]

    assert (summary["outlook"], summary["not_closed_because"]) == ("not-ready", "")
    assert summary["green"] <= summary["answered"] <= summary["applicable"]
    assert {"item", "title", "why"} == set(summary["in_the_way"][0])
    assert caller.get(f"reviews/{scene.first.public_id}/", if_none_match=answer["ETag"]).status_code == 304


def test_a_review_is_given_up_with_a_reason_and_not_twice(scene: Scene) -> None:
    path = f"reviews/{scene.next_review().public_id}/abandon"
    bare = tool(scene.lead).post(path, {})
    assert (bare.status_code, bare.json()["errors"][0]["field"]) == (422, "reason")
    given_up = callers.as_json(tool(scene.lead).post(path, {"reason": "The release is put off."}))
    assert (given_up["state"], given_up["abandoned"]["reason"]) == ("abandoned", "The release is put off.")
    assert tool(scene.lead).post(path, {"reason": "Again."}).status_code == 422


def test_an_assessment_that_is_not_done_is_not_closed_and_says_why(scene: Scene) -> None:
    assessment = reviews.start(scene.lead, service=scene.service, kind="pillars")
    path = f"reviews/{assessment.public_id}/"
    refused = tool(scene.lead).post(f"{path}close", {})
    assert refused.status_code == 422
    assert (
        callers.as_json(refused)["detail"]
        == callers.as_json(tool(scene.lead).get(path))["summary"]["not_closed_because"]
    )


def test_all_on_offer_is_used_in_one_call(scene: Scene) -> None:
    assessment = reviews.start(scene.lead, service=scene.service, kind="pillars")
    caller, path = tool(scene.engineer), f"reviews/{assessment.public_id}/"
    offers = callers.as_json(caller.get(path))["summary"]["offers"]
    used = callers.as_json(caller.post(f"{path}use", {}))
    assert offers > used["summary"]["offers"]
    assert caller.post(f"{path}use", {}).status_code == 422


def test_what_one_may_not_see_does_not_exist(scene: Scene) -> None:
    client = Client()
    client.force_login(portal.person())
    scene.service.scope.restricted = True
    scene.service.scope.save()

    assert client.get(f"/api/v1/services/{scene.service.slug}/reviews/").status_code == 404
    assert client.get(f"/api/v1/reviews/{scene.first.public_id}/items/").status_code == 404
