"""Ownership by machine: the matrix, naming somebody for a domain, and taking a name off."""

from typing import Any

import pytest

from portal.permissions import Role
from readiness.models import Service
from tests.factories import callers, portal, readiness

pytestmark = pytest.mark.django_db

DOMAIN = "inference"


@pytest.fixture
def service() -> Service:
    return readiness.service(slug="fraud-scoring")


def domain(body: dict[str, Any], key: str = DOMAIN) -> dict[str, Any]:
    return next(one for one in body["domains"] if one["domain"] == key)


def fields(answer: Any) -> set[str]:
    return {error["field"] for error in callers.as_json(answer)["errors"]}


def test_somebody_is_named_replaced_and_taken_off(service: Service) -> None:
    one, other = (portal.member(service.team, Role.CONTRIBUTOR, name=name) for name in ("Enno", "Erika"))
    tool, path = callers.caller(service.owner, may="write"), f"services/fraud-scoring/ownership/{DOMAIN}/"
    assert domain(callers.as_json(tool.get("services/fraud-scoring/ownership/")))["is_hole"]

    named = domain(callers.as_json(tool.post(f"{path}assign", {"person": one.email})))
    assert (named["accountable"]["name"], named["is_hole"]) == ("Enno", False)
    replaced = domain(callers.as_json(tool.post(f"{path}assign", {"person": other.email.upper()})))
    assert replaced["accountable"]["name"] == "Erika"
    helped = domain(callers.as_json(tool.post(f"{path}assign", {"person": one.email, "role": "supporting"})))
    assert [held["name"] for held in helped["supporting"]] == ["Enno"]

    bare = tool.post(f"{path}vacate", {"person": other.email})
    assert (bare.status_code, fields(bare)) == (422, {"reason"})
    vacant = domain(callers.as_json(tool.post(f"{path}vacate", {"person": other.email, "reason": "Moved on."})))
    assert (vacant["is_hole"], bool(vacant["vacant_since"])) == (True, True)
    gone = tool.post(f"{path}vacate", {"person": other.email, "reason": "Moved on."})
    assert (gone.status_code, fields(gone)) == (422, {"person"})


def test_the_matrix_is_listed_and_narrowed_to_its_holes(service: Service) -> None:
    tool = callers.caller(service.owner)
    listed = callers.as_json(tool.get("ownership/?holes=true"))["results"]
    assert [(row["service"], row["holes"] > 0) for row in listed] == [("fraud-scoring", True)]
    assert callers.as_json(tool.get("ownership/?holes=false"))["results"] == []
    assert callers.as_json(tool.get("ownership/?team=elsewhere"))["results"] == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "person"),
        ({"person": "Enno"}, "person"),
        ({"person": "nobody@example.com"}, "person"),
        ({"person": "nobody@example.com", "role": "king"}, "role"),
        ({"person": "nobody@example.com", "since": "2020-01-01"}, "since"),
    ],
)
def test_what_is_wrong_is_named(service: Service, body: dict[str, str], field: str) -> None:
    tool = callers.caller(service.owner, may="write")
    answer = tool.post(f"services/fraud-scoring/ownership/{DOMAIN}/assign", body)
    assert answer.status_code == 422
    assert field in fields(answer)


def test_a_domain_that_is_none_is_not_there_and_one_that_does_not_apply_is_refused() -> None:
    third_party = readiness.service(slug="chat", sourcing="third-party-api")
    tool = callers.caller(third_party.owner, may="write")
    body = {"person": third_party.owner.email}
    assert tool.post("services/chat/ownership/poems/assign", body).status_code == 404
    refused = tool.post("services/chat/ownership/drift/assign", body)
    assert (refused.status_code, fields(refused)) == (422, {"domain"})


def test_only_a_lead_names_people(service: Service) -> None:
    engineer = portal.member(service.team, Role.CONTRIBUTOR)
    path, body = f"services/fraud-scoring/ownership/{DOMAIN}/", {"person": engineer.email, "reason": "x"}
    for tool in (callers.caller(engineer, may="write"), callers.caller(service.owner)):
        assert tool.post(f"{path}assign", {"person": engineer.email}).status_code == 403
        assert tool.post(f"{path}vacate", body).status_code == 403
