"""What a service serves, needs and rehearses by machine: models with versions, dependencies, drills."""

import datetime
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal import clock
from portal.permissions import Role
from readiness.models import Dependency, Drill, ModelVersion, ServedModel, Service
from tests.factories import callers, portal, readiness

pytestmark = pytest.mark.django_db

PATH = "services/fraud-scoring/"


@pytest.fixture
def service() -> Service:
    return readiness.service(slug="fraud-scoring")


@pytest.fixture
def lead(service: Service) -> callers.Caller:
    return callers.caller(service.owner, may="write")


def fields(answer: Any) -> set[str]:
    return {error["field"] for error in callers.as_json(answer)["errors"]}


def drill(service: Service, **changed: Any) -> dict[str, Any]:
    told = {
        "kind": "rollback",
        "environment": "staging",
        "from_version": "2.4.0",
        "to_version": "2.3.0",
        "performed_by": service.owner.email,
        "performed_at": (clock.now() - datetime.timedelta(hours=1)).isoformat(),
        "result": "passed",
        "minutes": "4.5",
        "link": "https://ci.example.com/drill",
    }
    return {**told, **changed}


def test_a_model_is_named_once_and_its_versions_follow_each_other(service: Service, lead: callers.Caller) -> None:
    made = lead.post(f"{PATH}models/", {"name": "fraud-gbm", "purpose": "Scores payments."})
    assert made.status_code == 201, made.content
    assert fields(lead.post(f"{PATH}models/", {"name": "fraud-gbm"})) == {"name"}

    versions = f"models/{callers.as_json(made)['id']}/versions"
    first = callers.as_json(lead.post(versions, {"version": "3.1"}))["versions"][0]
    body = {"version": "3.2", "previous": first["id"], "promoted_on": "2026-11-01"}
    newest, oldest = callers.as_json(lead.post(versions, body, idempotency_key="v-3.2"))["versions"]
    assert (newest["version"], newest["previous"], newest["promoted_on"]) == ("3.2", "3.1", "2026-11-01")
    lead.post(versions, body, idempotency_key="v-3.2")
    assert ModelVersion.objects.count() == 2
    assert fields(lead.post(versions, {"version": "3.1"})) == {"version"}

    read = lead.get(f"{PATH}models/")
    assert [one["id"] for one in callers.as_json(read)["results"][0]["versions"]] == [newest["id"], oldest["id"]]
    assert lead.get(f"{PATH}models/", if_none_match=read["ETag"]).status_code == 304


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"version": ""}, "version"),
        ({"version": "x" * 121}, "version"),
        ({"kind": "poem"}, "kind"),
        ({"registry_url": "ftp://x"}, "registry_url"),
        ({"promoted_on": "soon"}, "promoted_on"),
        ({"previous": str(uuid.uuid4())}, "previous"),
        ({"recorded_by": "me"}, "recorded_by"),
    ],
)
def test_what_is_wrong_with_a_version_is_named(
    service: Service, lead: callers.Caller, changed: dict[str, str], field: str
) -> None:
    model = readiness.model(service)
    answer = lead.post(f"models/{model.public_id}/versions", {"version": "3.1", **changed})
    assert (answer.status_code, field in fields(answer)) == (422, True), answer.content
    assert not ModelVersion.objects.exists()


def test_a_dependency_names_the_service_that_it_is_to_who_may_see_it(service: Service, lead: callers.Caller) -> None:
    other = readiness.service(slug="scores")
    readiness.service(slug="hidden-scores", restricted=True)
    made = callers.as_json(lead.post(f"{PATH}dependencies/", {"name": "Scores", "upstream": "scores"}))
    assert made["upstream"] == "scores"
    refused = [
        fields(lead.post(f"{PATH}dependencies/", {"name": "Others", "upstream": slug}))
        for slug in ("hidden-scores", "nowhere", service.slug)
    ]
    assert refused == [{"upstream"}] * 3
    other.scope.restricted = True
    other.scope.save()
    assert callers.as_json(lead.get(f"{PATH}dependencies/"))["results"][0]["upstream"] is None


def test_a_dependency_is_named_declared_and_taken_off(service: Service, lead: callers.Caller) -> None:
    made = callers.as_json(lead.post(f"{PATH}dependencies/", {"name": "Model provider", "fallback": "Rules"}))
    assert (made["state"], made["declared_at"]) == ("unknown", None)
    assert fields(lead.post(f"{PATH}dependencies/", {"name": "Model provider"})) == {"name"}

    place = f"dependencies/{made['id']}/"
    assert fields(lead.post(f"{place}declare", {"state": "down"})) == {"note"}
    assert fields(lead.post(f"{place}declare", {"state": "unknown"})) == {"state"}
    declared = callers.as_json(lead.post(f"{place}declare", {"state": "degraded", "note": "Slow since noon."}))
    assert (declared["state"], declared["declared_by"]) == ("degraded", service.owner.name)
    assert [one["note"] for one in callers.as_json(lead.get(f"{PATH}dependencies/"))["results"]] == ["Slow since noon."]

    assert callers.as_json(lead.post(f"{place}remove", {}))["removed_at"]
    assert callers.as_json(lead.get(f"{PATH}dependencies/"))["results"] == []
    assert lead.post(f"{place}remove", {}).status_code == 422
    assert Dependency.objects.count() == 1


def test_a_drill_is_put_on_record_with_a_link_or_a_file(service: Service, lead: callers.Caller) -> None:
    linked = lead.post(f"{PATH}drills", drill(service), idempotency_key="drill-1")
    assert linked.status_code == 201, linked.content
    file = SimpleUploadedFile("drill.txt", b"back after 4.5 minutes\n")
    kept = callers.as_json(lead.send(f"{PATH}drills", {**drill(service, link=""), "file": file}))
    assert (kept["file"], kept["minutes"], kept["environment"]) == ("drill.txt", "4.5", "staging")
    listed = callers.as_json(lead.get("drills/?service=fraud-scoring&kind=rollback&result=passed"))["results"]
    assert {one["id"] for one in listed} == {kept["id"], callers.as_json(linked)["id"]}
    assert callers.as_json(lead.get("drills/?kind=restore"))["results"] == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "nap"}, "kind"),
        ({"environment": "production"}, "environment"),
        ({"environment": "moon"}, "environment"),
        ({"to_version": "2.4.0"}, "to_version"),
        ({"from_version": ""}, "from_version"),
        ({"release": "9.9"}, "release"),
        ({"performed_by": "nobody@example.com"}, "performed_by"),
        ({"performed_at": "2099-01-01T00:00:00Z"}, "performed_at"),
        ({"performed_at": "0001-01-01T00:00:00+14:00"}, "performed_at"),
        ({"result": "perhaps"}, "result"),
        ({"result": "failed"}, "note"),
        ({"minutes": "0"}, "minutes"),
        ({"minutes": "NaN"}, "minutes"),
        ({"minutes": "1234567"}, "minutes"),
        ({"link": ""}, "file"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"way_back_digest": "0" * 64}, "way_back_digest"),
    ],
)
def test_what_is_wrong_with_a_drill_is_named(
    service: Service, lead: callers.Caller, changed: dict[str, str], field: str
) -> None:
    answer = lead.post(f"{PATH}drills", drill(service, **changed))
    assert (answer.status_code, field in fields(answer)) == (422, True), answer.content
    assert not Drill.objects.exists()


def test_what_one_may_not_see_is_not_there() -> None:
    hidden = readiness.service(slug="hidden", restricted=True)
    model = readiness.model(hidden)
    stranger = callers.caller(portal.member(portal.team(), Role.LEAD), may="write")
    assert stranger.get("services/hidden/models/").status_code == 404
    assert stranger.get("services/hidden/dependencies/").status_code == 404
    assert stranger.post(f"models/{model.public_id}/versions", {"version": "1"}).status_code == 404
    assert stranger.post("services/hidden/drills", drill(hidden)).status_code == 404
    assert callers.as_json(stranger.get("drills/"))["results"] == []
    assert ServedModel.objects.count() == 1
