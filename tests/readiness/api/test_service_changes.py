"""Services by machine: registered, changed, paused and retired, with their environments and targets."""

import datetime
from typing import Any

import pytest

from portal import clock
from portal.permissions import Role
from readiness.models import Service
from tests.factories import callers, portal, readiness

pytestmark = pytest.mark.django_db

TELLS = {"name": "Fraud scoring", "tier": 2, "tier_reason": "Payments wait for it.", "sourcing": "self-hosted"}


def fields(answer: Any) -> set[str]:
    return {error["field"] for error in callers.as_json(answer)["errors"]}


@pytest.fixture
def service() -> Service:
    return readiness.service(slug="fraud-scoring")


def lead_of(service: Service) -> callers.Caller:
    return callers.caller(service.owner, may="write")


def test_a_service_is_registered_once_as_a_draft_of_the_team() -> None:
    team = portal.team(slug="payments")
    lead = portal.member(team, Role.LEAD, name="Priya Lead")
    tool = callers.caller(lead, may="write")
    body = {**TELLS, "team": "payments", "streaming": True, "environments": ["staging", "production"]}
    made, again = (tool.post("services/", body, idempotency_key="register-1") for _ in range(2))

    assert (made.status_code, again.status_code) == (201, 201), made.content
    told = callers.as_json(made)
    assert (told["slug"], told["state"], told["owner"]["name"]) == ("fraud-scoring", "draft", "Priya Lead")
    assert told["traits"]["streaming"] is True
    assert [place["name"] for place in told["environments"]] == ["production", "staging"]
    assert Service.objects.count() == 1
    assert tool.get("services/fraud-scoring/")["ETag"] == made["ETag"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "!!!"}, "slug"),
        ({"slug": "Not A Slug"}, "slug"),
        ({"slug": "new"}, "slug"),
        ({"tier": 5}, "tier"),
        ({"tier": "two"}, "tier"),
        ({"tier_reason": ""}, "tier_reason"),
        ({"sourcing": "borrowed"}, "sourcing"),
        ({"team": "strangers"}, "team"),
        ({"owner": "nobody@example.com"}, "owner"),
        ({"personal_data": True}, "residency"),
        ({"regulations": ["law"]}, "regulations.0"),
        ({"environments": []}, "environments"),
        ({"environments": ["moon"]}, "environments.0"),
        ({"repository_url": "ftp://x"}, "repository_url"),
        ({"restricted": "perhaps"}, "restricted"),
        ({"state": "live"}, "state"),
        ({"tier_confirmed_by": "me"}, "tier_confirmed_by"),
    ],
)
def test_what_is_wrong_with_a_registration_is_named(changed: dict[str, Any], field: str) -> None:
    lead = portal.member(portal.team(slug="payments"), Role.LEAD)
    answer = callers.caller(lead, may="write").post("services/", {**TELLS, "team": "payments", **changed})
    assert answer.status_code == 422, answer.content
    assert field in fields(answer)
    assert not Service.objects.exists()


def test_a_service_is_changed_by_who_saw_it(service: Service) -> None:
    tool, path = lead_of(service), "services/fraud-scoring/"
    read = tool.get(path)
    changed = tool.patch(path, {"caching": True}, if_match=read["ETag"])
    assert (changed.status_code, callers.as_json(changed)["traits"]["caching"]) == (200, True)
    assert callers.as_json(changed)["name"] == service.name, "what is left out stays"

    assert tool.patch(path, {"caching": False}, if_match=read["ETag"]).status_code == 412
    assert tool.patch(path, {"caching": False, "revision": 1}).status_code == 412
    unseen = tool.patch(path, {"caching": False})
    assert (unseen.status_code, fields(unseen)) == (428, {"revision"})
    assert tool.patch(path, {"caching": False, "revision": 2}).status_code == 200


def test_an_owner_is_somebody_of_the_team(service: Service) -> None:
    portal.person("Elena Vasquez", "elena@example.com")
    answer = lead_of(service).patch("services/fraud-scoring/", {"owner": "elena@example.com", "revision": 1})
    assert (answer.status_code, fields(answer)) == (422, {"owner"})
    assert "Elena Vasquez" not in answer.content.decode()


def test_a_tier_is_confirmed_by_an_approver_who_read_it(service: Service) -> None:
    approver = callers.caller(portal.member(service.team, Role.APPROVER), may="write")
    path = "services/fraud-scoring/confirm-tier"
    assert approver.post(path, {"revision": 7}).status_code == 412
    assert callers.as_json(approver.post(path, {"revision": 1}))["tier_confirmed_at"]
    assert approver.post(path, {"revision": 1}).status_code == 412
    assert lead_of(service).post(path, {"revision": 1}).status_code == 403


def test_a_service_is_paused_taken_back_and_retired_with_a_reason(service: Service) -> None:
    Service.objects.update(state="live")
    tool, path = lead_of(service), "services/fraud-scoring/act"
    until = str(clock.today_in("UTC") + datetime.timedelta(days=10))
    assert fields(tool.post(path, {"act": "pause", "reason": "Moves house."})) == {"until"}
    assert fields(tool.post(path, {"act": "pause", "until": until})) == {"reason"}
    assert fields(tool.post(path, {"act": "sleep"})) == {"act"}
    paused = callers.as_json(tool.post(path, {"act": "pause", "until": until, "reason": "Moves house."}))
    assert (paused["state"], paused["paused_until"]) == ("paused", until)
    assert callers.as_json(tool.post(path, {"act": "resume"}))["state"] == "live"
    assert callers.as_json(tool.post(path, {"act": "retire", "reason": "Replaced."}))["state"] == "retired"


def test_an_environment_is_added_once(service: Service) -> None:
    tool, path = lead_of(service), "services/fraud-scoring/environments"
    made = tool.post(path, {"name": "canary", "kind": "production"})
    assert made.status_code == 201
    assert "canary" in {place["name"] for place in callers.as_json(made)["environments"]}
    assert fields(tool.post(path, {"name": "canary", "kind": "production"})) == {"name"}
    assert fields(tool.post(path, {"name": "a b", "kind": "staging"})) == {"name"}
    assert fields(tool.post(path, {"name": "lab", "kind": "lab"})) == {"kind"}


def test_targets_are_declared_by_who_saw_them(service: Service) -> None:
    tool, path = lead_of(service), "services/fraud-scoring/targets"
    first = tool.get(path)
    assert callers.as_json(first)["p95_ms"] is None
    declared = tool.patch(path, {"p95_ms": 800, "availability": "99.9"}, if_match=first["ETag"])
    assert (declared.status_code, callers.as_json(declared)["p95_ms"]) == (200, "800.0"), declared.content
    assert tool.patch(path, {"p95_ms": 1}, if_match=first["ETag"]).status_code == 412
    assert tool.patch(path, {"p95_ms": 1}).status_code == 428
    cleared = callers.as_json(tool.patch(path, {"p95_ms": None, "revision": 1}))
    assert (cleared["p95_ms"], cleared["availability"]) == (None, "99.9000")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"p95_ms": "fast"}, "p95_ms"),
        ({"p95_ms": -1}, "p95_ms"),
        ({"p95_ms": "NaN"}, "p95_ms"),
        ({"p95_ms": 10**12}, "p95_ms"),
        ({"p95_ms": 900, "p99_ms": 800}, "p99_ms"),
        ({"error_rate": 101}, "error_rate"),
        ({"currency": "EURO"}, "currency"),
        ({"accuracy": 0.9}, "accuracy_metric"),
        ({"revision": "first"}, "revision"),
        ({"p50_ms": 1}, "p50_ms"),
    ],
)
def test_what_is_wrong_with_a_target_is_named(service: Service, changed: dict[str, Any], field: str) -> None:
    answer = lead_of(service).patch("services/fraud-scoring/targets", {"revision": 0, **changed})
    assert answer.status_code == 422, answer.content
    assert field in fields(answer)


def test_who_does_not_lead_changes_nothing(service: Service) -> None:
    tool = callers.caller(portal.member(service.team, Role.CONTRIBUTOR, Role.DECIDER), may="write")
    assert tool.post("services/", {**TELLS, "team": service.team.slug}).status_code == 403
    for path, body in (("", {"revision": 1}), ("targets", {"revision": 0})):
        assert tool.patch(f"services/fraud-scoring/{path}", body).status_code == 403
    assert tool.post("services/fraud-scoring/act", {"act": "retire", "reason": "x"}).status_code == 403
    assert tool.post("services/fraud-scoring/environments", {"name": "lab", "kind": "staging"}).status_code == 403
