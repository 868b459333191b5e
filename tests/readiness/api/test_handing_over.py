"""What somebody owns, and its handing over, by machine."""

import pytest

from portal.permissions import Role
from readiness.models import Service
from tests.factories import callers, launches, portal
from tests.factories.launches import Scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def of() -> Scene:
    return launches.scene(answered=False, drilled=False)


def keys(answer: object) -> list[str]:
    return [one["key"] for one in callers.as_json(answer)["results"]]  # type: ignore[arg-type]


def test_everything_a_person_owns_is_listed_and_goes_to_another(of: Scene) -> None:
    tool = callers.caller(of.lead, may="write")
    listed = tool.get(f"holdings/?person={of.lead.email.upper()}")
    held = callers.as_json(listed)["results"]
    assert held[0]["held_as"] == "service owner"
    assert all(one["may_hand_over"] and one["url"].startswith("http") for one in held)
    body = {"person": of.lead.email, "to": of.engineer.email, "things": keys(listed)}
    done = tool.post("holdings/hand-over", body)
    assert (done.status_code, keys(done)) == (200, keys(listed))
    assert keys(tool.get(f"holdings/?person={of.lead.email}")) == []
    assert Service.objects.get().owner == of.engineer
    assert tool.get(f"holdings/?person={of.lead.email}", if_none_match=listed["ETag"]).status_code == 200


def test_what_cannot_be_given_leaves_all_as_it_was(of: Scene) -> None:
    held = keys(callers.caller(of.engineer).get(f"holdings/?person={of.lead.email}"))
    body = {"person": of.lead.email, "to": of.engineer.email, "things": held}
    answer = callers.caller(of.engineer, may="write").post("holdings/hand-over", body)
    assert answer.status_code == 422
    assert {error["field"] for error in callers.as_json(answer)["errors"]} == {"things"}
    assert Service.objects.get().owner == of.lead


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"person": "nobody@example.com"}, "person"),
        ({"to": "nobody@example.com"}, "to"),
        ({"things": []}, "things"),
        ({"things": ["service:none"]}, "things"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(of: Scene, wrong: dict[str, object], field: str) -> None:
    body = {"person": of.lead.email, "to": of.engineer.email, "things": [f"service:{of.service.public_id}"], **wrong}
    answer = callers.caller(of.lead, may="write").post("holdings/hand-over", body)
    assert (answer.status_code, callers.as_json(answer)["errors"][0]["field"]) == (422, field)


def test_things_of_services_that_one_does_not_see_are_not_there(of: Scene) -> None:
    of.service.scope.restricted = True
    of.service.scope.save()
    stranger = callers.caller(portal.member(portal.team(), Role.LEAD), may="write")
    assert keys(stranger.get(f"holdings/?person={of.lead.email}")) == []
    body = {"person": of.lead.email, "to": of.engineer.email, "things": [f"service:{of.service.public_id}"]}
    assert stranger.post("holdings/hand-over", body).status_code == 422
    assert callers.caller(of.lead).post("holdings/hand-over", body).status_code == 403


def test_a_token_of_one_team_finds_nobody_of_another(of: Scene) -> None:
    elsewhere = portal.team()
    tool = callers.caller(portal.member(elsewhere, Role.LEAD), may="write", team=elsewhere)

    answer = tool.get(f"holdings/?person={of.lead.email}")

    assert (answer.status_code, callers.as_json(answer)["errors"][0]["field"]) == (422, "person")
