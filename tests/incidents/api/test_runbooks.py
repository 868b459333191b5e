"""Runbooks by machine: listed, written, revised, by the rules of the pages."""

from typing import Any

import pytest

from incidents.models import Runbook, RunbookDrill
from portal.permissions import Role
from readiness.models import Drill, Service
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
    assert tool.patch(path, {"content": {"symptoms": "Errors"}}).status_code == 428
    revised = tool.patch(path, {"content": {"symptoms": "Errors"}, "revision": 1, "note": "Seen in May"})
    assert revised.json()["content"] == {**factory.CONTENT, "symptoms": "Errors"}
    assert revised.json()["revision"] == 2
    late = tool.patch(path, {"content": {"symptoms": "Other"}, "revision": 1})
    assert late.status_code == 412
    tagged = tool.patch(path, {"title": "Roll back all"}, if_match=revised["ETag"])
    assert (tagged.status_code, tagged.json()["title"]) == (200, "Roll back all")


def test_a_review_of_what_others_wrote_since_is_refused(service: Service) -> None:
    tool = callers.caller(service.owner, may="write")
    path = f"runbooks/{written(tool, service).json()['id']}/"
    tool.patch(path, {"content": {"symptoms": "Errors"}, "revision": 1})
    later = {"content": {"purpose": "To go back."}, "is_review": True}
    unread = tool.patch(path, {**later, "revision": 1})
    assert (unread.status_code, [one["field"] for one in unread.json()["errors"]]) == (412, ["is_review"])
    assert Runbook.objects.get().revision == 2
    assert tool.patch(path, {**later, "revision": 2}).status_code == 200
    assert Runbook.objects.get().reviewed_revision == 3


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


def test_it_is_reviewed_retired_and_brought_back_by_the_rules_of_the_page(service: Service) -> None:
    tool = callers.caller(service.owner, may="write")
    path = f"runbooks/{written(tool, service).json()['id']}"
    assert tool.post(f"{path}/act", {"act": "review"}).status_code == 428
    assert tool.post(f"{path}/act", {"act": "review", "revision": 1}).json()["revision"] == 1
    assert tool.post(f"{path}/act", {"act": "retire", "revision": 1}).json()["errors"][0]["field"] == "note"
    retired = tool.post(f"{path}/act", {"act": "retire", "revision": 1, "note": "Another way."})
    assert (retired.json()["retired_at"] is not None, retired.json()["revision"]) == (True, 2)
    assert tool.post(f"{path}/act", {"act": "bring_back", "revision": 1, "note": "Needed."}).status_code == 412
    back = tool.post(f"{path}/act", {"act": "bring_back", "revision": 2, "note": "Needed."})
    assert (back.status_code, back.json()["retired_at"]) == (200, None)
    viewer = callers.caller(portal.member(service.scope.team, Role.VIEWER), may="write")
    for act in ("review", "retire"):
        refused = viewer.post(f"{path}/act", {"act": act, "revision": 3, "note": "No."})
        assert refused.status_code == 403
    assert tool.post(f"{path}/act", {"act": "burn", "revision": 3}).json()["errors"][0]["field"] == "act"


DRILL = {
    "revision": 1,
    "environment": "staging",
    "from_version": "3.2.0",
    "to_version": "3.1.0",
    "performed_at": "2026-01-05T10:00:00Z",
    "result": "passed",
    "minutes": "4.2",
    "link": "https://ci.example.com/drill",
}


def test_a_drill_is_recorded_and_the_runbook_says_so(service: Service) -> None:
    tool = callers.caller(service.owner, may="write")
    path = f"runbooks/{written(tool, service).json()['id']}"
    done = tool.post(f"{path}/drills", DRILL, idempotency_key="drill-of-january")
    assert done.status_code == 201, done.json()
    assert (done.json()["last_drill_result"], done.json()["last_drill_minutes"]) == ("passed", "4.2")
    tool.post(f"{path}/drills", DRILL, idempotency_key="drill-of-january")
    drill = Drill.objects.get()
    assert (drill.kind, drill.performed_by) == ("rollback", service.owner)
    assert RunbookDrill.objects.get().revision.number == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"environment": "moon"}, "environment"),
        ({"environment": "production"}, "environment"),
        ({"release": "9.9"}, "release"),
        ({"performed_by": "nobody@example.com"}, "performed_by"),
        ({"kind": "restore"}, "kind"),
        ({"revision": 7}, "revision"),
        ({"result": "failed"}, "note"),
        ({"minutes": "0"}, "minutes"),
    ],
)
def test_a_drill_that_is_told_wrongly_is_refused_at_its_field(
    service: Service, wrong: dict[str, Any], field: str
) -> None:
    tool = callers.caller(service.owner, may="write")
    path = f"runbooks/{written(tool, service).json()['id']}"
    answer = tool.post(f"{path}/drills", {**DRILL, **wrong})
    assert answer.status_code == 422, answer.json()
    assert field in [error["field"] for error in answer.json()["errors"]]
    assert not Drill.objects.exists()
