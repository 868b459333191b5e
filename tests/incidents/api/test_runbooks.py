"""Runbooks by machine: listed, written, revised, by the rules of the pages."""

from typing import Any

import pytest

from incidents.models import Runbook
from portal.permissions import Role
from readiness.models import Service
from tests.factories import callers, portal
from tests.factories import readiness as things
from tests.factories import runbooks as factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> Service:
    return things.service()


def written(tool: callers.Caller, service: Service, **said: Any) -> Any:
    new = {"title": "Roll back", "is_rollback": True, "target_minutes": "15", "content": factory.CONTENT}
    return tool.post("runbooks/", {"service": service.slug, **new, **said})


def test_a_tool_writes_one_and_finds_it_in_the_list(service: Service) -> None:
    tool = callers.caller(service.owner, may="write")
    made = written(tool, service)
    assert (made.status_code, made.json()["number"], made.json()["target_minutes"]) == (201, 1, "15")
    assert made.json()["content"] == factory.CONTENT
    found = tool.get(f"runbooks/?service={service.slug}&is_rollback=true&retired=false").json()["results"]
    assert [one["id"] for one in found] == [made.json()["id"]]
    assert tool.get("runbooks/?stale=true").json()["results"] == []
    assert tool.get(f"runbooks/{made.json()['id']}/").json() == made.json()


def test_a_revision_names_what_it_saw_and_leaves_the_other_fields(service: Service) -> None:
    tool = callers.caller(service.owner, may="write")
    made = written(tool, service).json()
    path = f"runbooks/{made['id']}/"
    assert tool.patch(path, {"content": {"symptoms": "Errors"}}).status_code == 422
    revised = tool.patch(path, {"content": {"symptoms": "Errors"}, "revision": 1, "note": "Seen in May"})
    assert revised.json()["content"] == {**factory.CONTENT, "symptoms": "Errors"}
    assert revised.json()["revision"] == 2
    late = tool.patch(path, {"content": {"symptoms": "Other"}, "revision": 1})
    assert late.status_code == 412
    tagged = tool.patch(path, {"title": "Roll back all"}, if_match=revised["ETag"])
    assert (tagged.status_code, tagged.json()["title"]) == (200, "Roll back all")


def test_what_is_wrong_is_said_at_its_field(service: Service) -> None:
    tool = callers.caller(service.owner, may="write")
    bad = written(tool, service, content={"steps": [{"command": "promote", "then": "x"}], "stepz": []})
    assert bad.status_code == 422
    assert "stepz" in str(bad.json()["errors"])
    assert "then" in str(bad.json()["errors"])
    assert written(tool, service, content={"links": [{"title": "x", "url": "ftp://x"}]}).status_code == 422
    assert written(tool, service, keeper="nobody@example.com").status_code == 422
    assert not Runbook.objects.exists()
    assert written(tool, service).status_code == 201
    second = written(tool, service, title="Another")
    assert [one["field"] for one in second.json()["errors"]] == ["is_rollback"]


def test_who_may_not_see_or_write_gets_no_further(service: Service) -> None:
    written(callers.caller(service.owner, may="write"), service)
    reader = callers.caller(portal.member(service.scope.team, Role.VIEWER), may="write")
    assert written(reader, service, is_rollback=False).status_code == 403
    hidden = things.service(restricted=True)
    kept = written(callers.caller(hidden.owner, may="write"), hidden).json()
    assert reader.get(f"runbooks/{kept['id']}/").status_code == 404
    assert [one["service"] for one in reader.get("runbooks/").json()["results"]] == [service.slug]
