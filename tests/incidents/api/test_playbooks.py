"""Playbooks of a service by machine: whose steps it follows, the team's own, and back to those that ship."""

from typing import Any

import pytest

from incidents.actions import playbooks
from incidents.models import AdaptedPlaybook
from portal.models import AuditEvent, User
from portal.permissions import Role
from readiness.models import Service
from tests.factories import callers, incidents, portal, readiness

pytestmark = pytest.mark.django_db
KEY = "alert.cost-spike"
STEPS: list[dict[str, Any]] = [
    {"title": "Ask Finance", "how": "They see the invoice first."},
    {"of": 1, "title": "Find the caller", "how": "By the bill of the hour."},
]
OWN = {"steps": STEPS, "note": "We pay elsewhere."}


@pytest.fixture
def service() -> Service:
    playbooks.load()
    return readiness.service(slug="fraud-scoring")


@pytest.fixture
def ana(service: Service) -> User:
    return portal.member(service.scope.team, Role.CONTRIBUTOR, name="Ana")


@pytest.fixture
def path(service: Service) -> str:
    return f"services/{service.slug}/playbooks/{KEY}/"


def test_the_list_says_whose_steps_are_followed(service: Service, ana: User, path: str) -> None:
    tool = callers.caller(ana, "write")
    listed = callers.as_json(tool.get(f"services/{service.slug}/playbooks/"))["results"]
    assert len(listed) == 4
    assert {(one["follows"], one["revision"], one["adapted_by"]) for one in listed} == {("shipped", 0, None)}
    assert tool.patch(path, {**OWN, "revision": 0}).status_code == 200
    listed = callers.as_json(tool.get(f"services/{service.slug}/playbooks/"))["results"]
    assert [one["key"] for one in listed if one["follows"] == "adapted"] == [KEY]


def test_steps_of_the_team_are_followed_until_it_goes_back(service: Service, ana: User, path: str) -> None:
    tool = callers.caller(ana, "write")
    read = tool.get(path)
    adapted = tool.patch(path, OWN, if_match=read["ETag"])
    one = callers.as_json(adapted)
    assert (adapted.status_code, one["follows"], one["adapted_by"]) == (200, "adapted", ana.email)
    assert [(step["of"], step["title"]) for step in one["steps"]] == [(None, "Ask Finance"), (1, "Find the caller")]
    assert [step["of"] for step in one["shipped"]] == [1, 2, 3, 4]
    declared = incidents.declared(service, playbook=KEY)
    assert [step.title for step in declared.steps_followed.steps] == ["Ask Finance", "Find the caller"]
    back = tool.post(f"{path}use-shipped", {"note": "Nobody asked Finance."}, if_match=adapted["ETag"])
    assert (back.status_code, callers.as_json(back)["follows"], callers.as_json(back)["revision"]) == (
        200,
        "shipped",
        2,
    )
    again = tool.post(f"{path}use-shipped", {"note": "Again."}, if_match=back["ETag"])
    assert again.status_code == 422
    verbs = AuditEvent.objects.filter(verb__startswith="playbook.").order_by("number").values_list("verb", flat=True)
    assert list(verbs) == ["playbook.adapted", "playbook.returned"]


def test_a_change_says_what_it_was_made_from(ana: User, path: str) -> None:
    tool = callers.caller(ana, "write")
    read = tool.get(path)
    unseen = tool.patch(path, OWN)
    assert (unseen.status_code, callers.as_json(unseen)["type"]) == (428, "urn:gatehouse:problem:version-needed")
    assert tool.patch(path, {**OWN, "revision": 0}).status_code == 200
    assert tool.patch(path, OWN, if_match=read["ETag"]).status_code == 412
    assert tool.patch(path, {**OWN, "revision": 0}).status_code == 412
    assert tool.post(f"{path}use-shipped", {"note": "No."}).status_code == 428
    assert tool.post(f"{path}use-shipped", {"note": "No.", "revision": 7}).status_code == 412
    assert AdaptedPlaybook.objects.get().revision == 1
    assert tool.get(path, if_none_match=tool.get(path)["ETag"]).status_code == 304


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"note": " "}, "note"),
        ({"steps": []}, "steps"),
        ({"steps": [*STEPS, {"of": 9, "title": "Nine", "how": "None."}]}, "steps"),
        ({"steps": [*STEPS, {"of": 1, "title": "Twice", "how": "None."}]}, "steps"),
        ({"stepz": []}, "stepz"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(ana: User, path: str, change: dict[str, Any], field: str) -> None:
    refused = callers.caller(ana, "write").patch(path, {**OWN, "revision": 0, **change})
    assert refused.status_code == 422
    assert field in {error["field"].partition(".")[0] for error in callers.as_json(refused)["errors"]}
    assert not AdaptedPlaybook.objects.exists()


def test_a_step_that_carries_a_rule_stays(service: Service, ana: User) -> None:
    refused = callers.caller(ana, "write").patch(
        f"services/{service.slug}/playbooks/alert.drift/", {**OWN, "revision": 0}
    )
    assert "carries a rule that holds for everybody" in refused.content.decode()


def test_others_read_it_and_what_they_may_not_see_is_not_there(path: str) -> None:
    stranger = callers.caller(portal.member(portal.team(), Role.LEAD), "write")
    assert stranger.get(path).status_code == 200
    assert stranger.patch(path, {**OWN, "revision": 0}).status_code == 403
    hidden = readiness.service(restricted=True)
    for address in ("", f"{KEY}/"):
        assert stranger.get(f"services/{hidden.slug}/playbooks/{address}").status_code == 404
    assert stranger.get(path.replace(KEY, "alert.nothing")).status_code == 404


def test_the_same_request_adapts_it_once(ana: User, path: str) -> None:
    tool = callers.caller(ana, "write")
    sent = [tool.patch(path, {**OWN, "revision": 0}, idempotency_key="one") for _ in range(2)]
    assert [answer.status_code for answer in sent] == [200, 200]
    assert AdaptedPlaybook.objects.get().revisions.count() == 1
