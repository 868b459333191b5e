"""Telling by machine that a release has arrived: by the rules of the page, and once."""

import pytest
from django.test import Client

from portal.models import AuditEvent
from portal.permissions import Role
from readiness.choices import ServiceState
from readiness.models import Deployment, Service
from tests.factories import callers, launches, portal, readiness

pytestmark = pytest.mark.django_db


def _path(scene: launches.Scene) -> str:
    return f"releases/{scene.release.public_id}/deployed"


def test_the_pipeline_tells_it_with_a_token_that_may_write() -> None:
    scene = launches.scene()
    launches.decide(scene)
    answer = callers.caller(scene.lead, may="write").post(_path(scene), {"environment": "staging"})
    assert answer.status_code == 201
    assert callers.as_json(answer)["deployed_by"] == "Priya Lead"
    assert AuditEvent.objects.latest("number").via == "api"


def test_a_token_that_may_only_read_is_refused() -> None:
    scene = launches.scene()
    answer = callers.caller(scene.lead, may="read").post(_path(scene), {"environment": "staging"})
    assert answer.status_code == 403
    assert "may only read" in callers.as_json(answer)["detail"]
    assert not Deployment.objects.exists()


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.LEAD, 201),
        (Role.CONTRIBUTOR, 403),
        (Role.APPROVER, 403),
        (Role.DECIDER, 403),
        (Role.VIEWER, 403),
    ],
)
def test_a_lead_tells_it_and_nobody_else_of_the_team(role: Role, status: int) -> None:
    scene = launches.scene()
    launches.decide(scene)
    someone = portal.member(scene.service.scope.team, role)
    answer = callers.caller(someone, may="write").post(_path(scene), {"environment": "staging"})
    assert answer.status_code == status
    assert Deployment.objects.exists() is (status == 201)


def test_a_lead_of_another_team_tells_nothing_here() -> None:
    scene = launches.scene()
    launches.decide(scene)
    other = portal.member(portal.team(), Role.LEAD)
    answer = callers.caller(other, may="write").post(_path(scene), {"environment": "staging"})
    assert answer.status_code == 403
    assert not Deployment.objects.exists()


def test_production_without_a_go_is_refused_at_the_field() -> None:
    scene = launches.scene()
    answer = callers.caller(scene.lead, may="write").post(_path(scene), {"environment": "production"})
    assert (answer.status_code, callers.as_json(answer)["errors"][0]["field"]) == (422, "environment")
    assert Service.objects.get(pk=scene.service.pk).state != ServiceState.LIVE


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "environment"), ({"environment": "moon"}, "environment"), ({"environment": ["a"]}, "environment"), ([], "")],
)
def test_a_body_that_is_not_right_names_the_field(body: object, field: str) -> None:
    scene = launches.scene()
    answer = callers.caller(scene.lead, may="write").post(_path(scene), body)
    assert answer.status_code == 422
    assert field in {error["field"] for error in callers.as_json(answer)["errors"]} | {""}


def test_a_body_that_is_no_json_cannot_be_read() -> None:
    scene = launches.scene()
    header = {"authorization": f"Bearer {callers.caller(scene.lead, may='write').secret}"}
    path = f"/api/v1/{_path(scene)}"
    assert Client().post(path, "{", content_type="application/json", headers=header).status_code == 400
    assert Client().post(path, "a=1", content_type="text/plain", headers=header).status_code == 415


def test_the_same_key_tells_it_once_and_gets_the_same_answer() -> None:
    scene = launches.scene()
    tool = callers.caller(scene.lead, may="write")
    first = tool.post(_path(scene), {"environment": "staging"}, idempotency_key="run-17")
    events = AuditEvent.objects.count()
    again = tool.post(_path(scene), {"environment": "staging"}, idempotency_key="run-17")
    assert (again.status_code, again.content, again["Idempotent-Replay"]) == (201, first.content, "true")
    assert (Deployment.objects.count(), AuditEvent.objects.count()) == (1, events)


def test_the_same_key_with_another_body_is_refused() -> None:
    scene = launches.scene()
    tool = callers.caller(scene.lead, may="write")
    tool.post(_path(scene), {"environment": "staging"}, idempotency_key="run-17")
    other = tool.post(_path(scene), {"environment": "production"}, idempotency_key="run-17")
    assert other.status_code == 422
    assert "another request" in callers.as_json(other)["detail"]


def test_what_was_refused_may_be_sent_again_with_the_same_key() -> None:
    scene = launches.scene()
    tool = callers.caller(scene.lead, may="write")
    assert tool.post(_path(scene), {"environment": "moon"}, idempotency_key="run-18").status_code == 422
    assert tool.post(_path(scene), {"environment": "staging"}, idempotency_key="run-18").status_code == 201


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 201, "é"])
def test_a_key_that_is_no_key_is_refused(key: str) -> None:
    scene = launches.scene()
    answer = callers.caller(scene.lead, may="write").post(_path(scene), {"environment": "staging"}, idempotency_key=key)
    assert answer.status_code == 422


def test_two_people_may_use_the_same_key() -> None:
    one, other = launches.scene(), launches.scene()
    for scene in (one, other):
        tool = callers.caller(scene.lead, may="write")
        assert tool.post(_path(scene), {"environment": "staging"}, idempotency_key="run-1").status_code == 201


def test_a_release_one_may_not_see_does_not_exist() -> None:
    scene = launches.scene(restricted=True)
    stranger = callers.caller(portal.member(portal.team(), portal.Role.LEAD), may="write")
    answer = stranger.post(_path(scene), {"environment": "staging"})
    missing = stranger.post(f"releases/{readiness.service().public_id}/deployed", {"environment": "staging"})
    assert (answer.status_code, answer.content) == (404, missing.content)
