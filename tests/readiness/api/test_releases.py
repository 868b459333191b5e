"""Releases by machine: planned, changed while undecided, cancelled, and listed with where they run."""

import uuid
from typing import Any

import pytest

from portal.permissions import Role
from readiness.models import Release, Service
from tests.factories import callers, launches, portal, readiness

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> Service:
    return readiness.service(slug="fraud-scoring")


def lead_of(service: Service) -> callers.Caller:
    return callers.caller(service.owner, may="write")


def fields(answer: Any) -> set[str]:
    return {error["field"] for error in callers.as_json(answer)["errors"]}


def test_a_release_is_planned_once_with_the_versions_it_carries(service: Service) -> None:
    version = readiness.model_version(readiness.model(service, "fraud-gbm"), "3.1")
    body = {"service": "fraud-scoring", "label": "2.4.0", "changes": ["model", "code"], "planned_on": "2026-12-24"}
    body |= {"model_versions": [str(version.public_id)]}
    made, again = (lead_of(service).post("releases/", body, idempotency_key="plan-1") for _ in range(2))
    assert (made.status_code, again.status_code, Release.objects.count()) == (201, 201, 1), made.content
    told = callers.as_json(made)
    assert (told["label"], told["changes"], told["planned_on"]) == ("2.4.0", ["model", "code"], "2026-12-24")
    assert [(one["model"], one["version"]) for one in told["model_versions"]] == [("fraud-gbm", "3.1")]
    taken = lead_of(service).post("releases/", body)
    assert (taken.status_code, fields(taken)) == (422, {"label"})


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"label": ""}, "label"),
        ({"label": "new"}, "label"),
        ({"label": "-1"}, "label"),
        ({"label": "x" * 61}, "label"),
        ({"changes": []}, "changes"),
        ({"changes": ["mood"]}, "changes.0"),
        ({"changes": ["model"]}, "model_versions"),
        ({"summary": "x" * 301}, "summary"),
        ({"planned_on": "soon"}, "planned_on"),
        ({"planned_on": "1066-10-14"}, "planned_on"),
        ({"model_versions": ["3.1"]}, "model_versions.0"),
        ({"model_versions": [str(uuid.uuid4())]}, "model_versions"),
        ({"new_feature": "maybe"}, "new_feature"),
        ({"fixes_incident": "INC-9999"}, "fixes_incident"),
        ({"service": "nothing"}, "service"),
        ({"planned_by": "me"}, "planned_by"),
    ],
)
def test_what_is_wrong_with_a_plan_is_named(service: Service, changed: dict[str, Any], field: str) -> None:
    body = {"service": "fraud-scoring", "label": "2.4.0", "changes": ["code"], **changed}
    answer = lead_of(service).post("releases/", body)
    assert answer.status_code == 422, answer.content
    assert field in fields(answer)
    assert not Release.objects.exists()


def test_a_release_is_changed_by_who_saw_it(service: Service) -> None:
    release = readiness.release(service, "2.4.0")
    tool, path = lead_of(service), f"releases/{release.public_id}/"
    read = tool.get(path)
    changed = tool.patch(path, {"summary": "Shorter answers."}, if_match=read["ETag"])
    assert (changed.status_code, callers.as_json(changed)["summary"]) == (200, "Shorter answers.")
    assert callers.as_json(changed)["changes"] == ["code"], "what is left out stays"
    assert tool.patch(path, {"summary": "x"}, if_match=read["ETag"]).status_code == 412
    assert tool.patch(path, {"summary": "x", "seen": callers.as_json(read)["seen"]}).status_code == 412
    unseen = tool.patch(path, {"summary": "x"})
    assert (unseen.status_code, fields(unseen)) == (428, {"seen"})
    assert fields(tool.patch(path, {"label": "9.9.9", "seen": callers.as_json(changed)["seen"]})) == {"label"}


def test_a_release_is_cancelled_with_a_reason_and_then_fixed(service: Service) -> None:
    release = readiness.release(service, "2.4.0")
    tool, path = lead_of(service), f"releases/{release.public_id}/"
    assert fields(tool.post(f"{path}cancel", {})) == {"reason"}
    cancelled = callers.as_json(tool.post(f"{path}cancel", {"reason": "Put off."}))
    assert (bool(cancelled["cancelled_at"]), cancelled["cancelled_reason"]) == (True, "Put off.")
    assert tool.post(f"{path}cancel", {"reason": "Again."}).status_code == 422
    assert tool.patch(path, {"summary": "x", "seen": cancelled["seen"]}).status_code == 422


def test_releases_are_listed_with_their_verdict_and_where_they_run() -> None:
    scene = launches.scene()
    launches.decide(scene)
    launches.deployed(scene, "staging")
    tool = callers.caller(scene.lead)
    (listed,) = callers.as_json(tool.get(f"releases/?service={scene.service.slug}&stage=deployed"))["results"]
    assert (listed["label"], listed["verdict"]) == ("3.2.0", "go")
    assert [(one["environment"], one["runs_there"]) for one in listed["deployments"]] == [("staging", True)]
    assert callers.as_json(tool.get("releases/?label=9.9"))["results"] == []
    assert callers.as_json(tool.get("releases/?stage=planned"))["results"] == []


def test_only_a_lead_plans_and_others_see_nothing_restricted() -> None:
    service = readiness.service(slug="hidden", restricted=True)
    release = readiness.release(service, "2.4.0")
    engineer = callers.caller(portal.member(service.team, Role.CONTRIBUTOR), may="write")
    body = {"service": "hidden", "label": "2.5.0", "changes": ["code"]}
    assert engineer.post("releases/", body).status_code == 403
    assert engineer.post(f"releases/{release.public_id}/cancel", {"reason": "x"}).status_code == 403
    stranger = callers.caller(portal.member(portal.team(), Role.LEAD), may="write")
    assert stranger.get(f"releases/{release.public_id}/").status_code == 404
    assert fields(stranger.post("releases/", body)) == {"service"}
    assert callers.as_json(stranger.get("releases/"))["results"] == []
