"""Nothing that is sent to the API is passed over, and a key that was refused can be used again."""

import pytest

from portal.models import KeptAnswer
from readiness.models import Deployment
from tests.factories import callers, launches

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> launches.Scene:
    return launches.scene()


def fields(answer: object) -> set[str]:
    return {error["field"] for error in callers.as_json(answer)["errors"]}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("services/?teem=x", "teem"),
        ("services/?ordering=owner", "ordering"),
        ("services/?ordering=name,-secret", "ordering"),
        ("services/?tier=one", "tier"),
        ("services/?state=sleeping", "state"),
        ("services/?tier=1&tier=2", "tier"),
        ("services/?page_size=0", "page_size"),
        ("services/?page_size=201", "page_size"),
        ("services/?page_size=all", "page_size"),
        ("services/SLUG/?fields=name", "fields"),
        ("services/SLUG/status?at=yesterday", "at"),
        ("services/SLUG/gate?release=1&environment=staging&purpos=rollback", "purpos"),
        ("services/SLUG/gate?release=1&environment=staging&environment=production", "environment"),
    ],
)
def test_a_parameter_that_is_none_is_refused_by_its_name(scene: launches.Scene, path: str, field: str) -> None:
    answer = callers.caller(scene.engineer).get(path.replace("SLUG", scene.service.slug))

    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert fields(answer) == {field}


@pytest.mark.parametrize("path", ["services/?ordering=-tier,name&page_size=200&q=a&tier=2", "services/"])
def test_what_there_is_may_be_asked_for(scene: launches.Scene, path: str) -> None:
    assert callers.caller(scene.engineer).get(path).status_code == 200


def test_a_field_that_is_none_is_refused_and_nothing_is_done(scene: launches.Scene) -> None:
    launches.decide(scene)
    body = {"environment": "staging", "deployed_at": "2020-01-01"}

    answer = callers.caller(scene.lead, "write").post(f"releases/{scene.release.public_id}/deployed", body)

    assert answer.status_code == 422
    assert fields(answer) == {"deployed_at"}
    assert not Deployment.objects.filter(release=scene.release).exists()


def test_the_key_of_a_refused_request_may_come_with_the_corrected_one(scene: launches.Scene) -> None:
    launches.decide(scene)
    caller, path = callers.caller(scene.lead, "write"), f"releases/{scene.release.public_id}/deployed"

    refused = [caller.post(path, body, idempotency_key="k") for body in ({}, {"environment": "moon"}, {"x": 1})]
    assert [answer.status_code for answer in refused] == [422, 422, 422]
    assert not KeptAnswer.objects.exists()
    done = caller.post(path, {"environment": "staging"}, idempotency_key="k")
    again = caller.post(path, {"environment": "staging"}, idempotency_key="k")
    other = caller.post(path, {"environment": "production"}, idempotency_key="k")

    assert (done.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert again["Idempotent-Replay"] == "true"
    assert callers.as_json(again) == callers.as_json(done)
    assert fields(other) == {"Idempotency-Key"}
    assert Deployment.objects.filter(release=scene.release).count() == 1
