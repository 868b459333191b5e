"""Decision records by machine: proposed, revised, moved on, and refused as on the pages."""

from typing import Any

import pytest

from portal.models import User
from portal.permissions import Role
from readiness.models import DecisionRecord, Service
from tests.factories import callers, portal
from tests.factories import readiness as things
from tests.factories.callers import Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> Service:
    return things.service()


@pytest.fixture
def ana(service: Service) -> User:
    return portal.member(service.scope.team, Role.CONTRIBUTOR, name="Ana")


@pytest.fixture
def tool(ana: User) -> Caller:
    return callers.caller(ana, may="write")


def proposed(tool: Caller, service: Service, **more: object) -> dict[str, Any]:
    content = {"context": "Why.", "options": [{"option": "Once", "pros": "Short", "taken": "yes"}]}
    answer = tool.post(
        "decision-records/", {"service": service.slug, "title": "Retry once", "content": content, **more}
    )
    assert answer.status_code == 201, answer.content
    return callers.as_json(answer)


def act(tool: Caller, record: dict[str, Any], name: str, revision: int = 1, note: str = "") -> Any:
    return tool.post(f"decision-records/{record['id']}/act", {"act": name, "revision": revision, "note": note})


def test_a_tool_proposes_revises_and_reads_a_record(tool: Caller, service: Service) -> None:
    made = proposed(tool, service)
    assert (made["number"], made["state"], made["review_on"]) == (1, "proposed", None)
    path = f"decision-records/{made['id']}/"
    changed = callers.as_json(tool.patch(path, {"content": {"decision": "Once."}, "revision": 1}))
    assert (changed["revision"], changed["content"]["context"], changed["content"]["decision"]) == (2, "Why.", "Once.")
    assert callers.as_json(tool.get(path)) == changed
    assert tool.patch(path, {"title": "Unseen"}).status_code == 428
    assert tool.post(f"{path}act", {"act": "accept"}).status_code == 428
    assert tool.post(f"{path}act", {"act": "accept"}, if_match=tool.get(path)["ETag"]).status_code == 200


def test_a_later_record_ends_the_older_when_it_is_accepted(tool: Caller, service: Service) -> None:
    old = proposed(tool, service)
    assert act(tool, old, "accept").status_code == 200
    new = proposed(tool, service, supersedes=[1])
    accepted = callers.as_json(act(tool, new, "accept"))
    assert (accepted["state"], accepted["supersedes"]) == ("accepted", [1])
    ended = callers.as_json(tool.get("decision-records/?state=superseded"))["results"]
    assert [(one["number"], one["superseded_by"]) for one in ended] == [(1, 2)]


def test_what_the_rules_refuse_says_why(tool: Caller, service: Service) -> None:
    made = proposed(tool, service)
    assert act(tool, made, "reject").status_code == 422
    assert act(tool, made, "accept", revision=7).status_code == 412
    assert act(tool, made, "accept").status_code == 200
    refused = tool.patch(f"decision-records/{made['id']}/", {"title": "Other", "revision": 2})
    assert refused.status_code == 422
    assert "its text never changes" in refused.content.decode()
    assert DecisionRecord.objects.get().title == "Retry once"


@pytest.mark.parametrize(
    "content",
    [{"context": ["a"]}, {"options": "Once"}, {"options": [{"option": 1, "colour": "red"}]}, {"unheard": "of"}, "text"],
)
def test_what_is_no_content_is_refused_at_its_field(tool: Caller, service: Service, content: object) -> None:
    answer = tool.post("decision-records/", {"service": service.slug, "title": "A", "content": content})
    assert answer.status_code in (400, 422)
    assert not DecisionRecord.objects.exists()


def test_who_only_reads_neither_proposes_nor_decides(tool: Caller, service: Service) -> None:
    made = proposed(tool, service)
    viewer = callers.caller(portal.member(service.scope.team, Role.VIEWER), may="write")
    assert act(viewer, made, "accept").status_code == 403
    assert viewer.post("decision-records/", {"service": service.slug, "title": "A"}).status_code == 403
