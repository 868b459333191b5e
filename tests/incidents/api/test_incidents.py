"""Incidents by machine: the list, declaring one, one with its timeline, and moving it on."""

import pytest

from portal.models import User
from portal.permissions import Role
from readiness.models import Service
from tests.factories import callers, portal, readiness
from tests.factories import incidents as factory

pytestmark = pytest.mark.django_db

NEW = {"title": "Answers come late", "severity": 2, "text": "Since noon."}


@pytest.fixture
def service() -> Service:
    return readiness.service(slug="fraud-scoring")


@pytest.fixture
def ana(service: Service) -> User:
    return portal.member(service.scope.team, Role.CONTRIBUTOR, name="Ana")


def test_an_incident_is_declared_read_and_moved_on(service: Service, ana: User) -> None:
    tool = callers.caller(ana, "write")
    made = tool.post("incidents/", {**NEW, "service": service.slug})
    assert made.status_code == 201, made.content
    one = callers.as_json(made)
    made_tag = tool.get(f"incidents/{one['id']}/")["ETag"]
    assert (one["label"], one["state"], one["timeline"][0]["text"]) == ("INC-0001", "investigating", "Since noon.")
    unseen = tool.post(f"incidents/{one['id']}/move", {"state": "identified", "text": "The cache."})
    assert (unseen.status_code, callers.as_json(unseen)["errors"][0]["field"]) == (428, "revision")
    refused = tool.post(f"incidents/{one['id']}/move", {"state": "identified", "revision": one["revision"]})
    assert (refused.status_code, callers.as_json(refused)["errors"][0]["field"]) == (422, "text")
    moved = tool.post(f"incidents/{one['id']}/move", {"state": "identified", "text": "The cache."}, if_match=made_tag)
    assert callers.as_json(moved)["state"] == "identified"
    listed = callers.as_json(tool.get("incidents/?open=true&severity=2"))
    assert [row["id"] for row in listed["results"]] == [one["id"]]


def test_a_service_that_is_not_there_for_the_caller_cannot_be_named(service: Service, ana: User) -> None:
    hidden = readiness.service(restricted=True)
    answer = callers.caller(ana, "write").post(
        "incidents/", {**NEW, "service": service.slug, "affected": [hidden.slug]}
    )
    assert (answer.status_code, callers.as_json(answer)["errors"][0]["field"]) == (422, "affected")
    incident = factory.declared(hidden)
    assert callers.caller(ana).get(f"incidents/{incident.public_id}/").status_code == 404
