"""Action items and findings by machine: listed, opened, changed, by the rules of the pages."""

from typing import Any

import pytest
from django.db import connection

from portal.permissions import Role
from readiness.actions import findings
from readiness.models import ActionItem, Service
from tests.factories import callers, portal
from tests.factories import readiness as things

pytestmark = pytest.mark.django_db
NEW = {"title": "Mask account numbers", "due_on": "2090-03-01", "priority": "high"}


@pytest.fixture
def service() -> Service:
    return things.service(tier=1)


def opened(tool: callers.Caller, service: Service, **said: Any) -> Any:
    return tool.post("action-items/", {"service": service.slug, **NEW, **said})


def test_a_tool_opens_an_item_and_finds_it_in_the_list(service: Service) -> None:
    tool = callers.caller(service.owner, may="write")
    made = opened(tool, service)
    assert (made.status_code, made.json()["owner"], made.json()["priority"]) == (201, service.owner.email, "high")
    found = tool.get(f"action-items/?service={service.slug}&state=open").json()["results"]
    assert [one["id"] for one in found] == [made.json()["id"]]
    assert tool.get(f"action-items/{made.json()['id']}/").json() == made.json()


def test_the_same_key_twice_opens_one_item(service: Service) -> None:
    tool = callers.caller(service.owner, may="write")
    for _ in range(2):
        tool.post("action-items/", {"service": service.slug, **NEW}, idempotency_key="one")
    assert ActionItem.objects.count() == 1


def test_the_item_of_a_gap_is_opened_once_with_what_the_portal_knows(service: Service) -> None:
    tool = callers.caller(service.owner, may="write")
    body = {"service": service.slug, "gap": "ownership.drift"}
    first, again = tool.post("action-items/", body), tool.post("action-items/", body)
    assert (first.status_code, again.status_code, first.json()["origin"]) == (201, 200, "gap")
    assert first.json()["id"] == again.json()["id"]


def test_a_change_says_what_it_saw_by_revision_or_by_tag(service: Service) -> None:
    tool = callers.caller(service.owner, may="write")
    path = f"action-items/{opened(tool, service).json()['id']}/"
    seen = tool.get(path)["ETag"]
    assert tool.patch(path, {"state": "in-progress"}).status_code == 428
    first = tool.patch(path, {"state": "in-progress"}, if_match=seen)
    assert (first.status_code, first.json()["state"]) == (200, "in-progress")
    late = tool.patch(path, {"state": "done"}, if_match=seen)
    assert (late.status_code, late.json()["saved"]["state"]) == (412, "in-progress")
    assert tool.patch(path, {"state": "done"}, if_match=first["ETag"]).json()["state"] == "done"
    assert tool.patch(path, {"priority": "low", "revision": 1}).status_code == 412


def test_what_did_not_change_is_not_sent_again(service: Service) -> None:
    tool = callers.caller(service.owner, may="write")
    opened(tool, service)
    for path in (f"action-items/{ActionItem.objects.get().public_id}/", f"services/{service.slug}/gaps/"):
        assert tool.get(path, if_none_match=tool.get(path)["ETag"]).status_code == 304


def test_the_list_is_filtered_ordered_and_read_in_pages(service: Service) -> None:
    tool = callers.caller(service.owner, may="write")
    for day in (3, 1, 2):
        opened(tool, service, title=f"Thing {day}", due_on=f"2090-03-0{day}")
    page = tool.get("action-items/?ordering=due_on&page_size=2").json()
    rest = tool.get(f"action-items/{page['next'][page['next'].index('?') :]}").json()
    assert [one["title"] for one in (*page["results"], *rest["results"])] == ["Thing 1", "Thing 2", "Thing 3"]
    assert tool.get(f"action-items/?owner={service.owner.email}&overdue=true").json()["results"] == []
    refused = tool.get("action-items/?ordering=secret")
    assert (refused.status_code, refused["Content-Type"]) == (422, "application/problem+json")


def test_gaps_come_with_the_numbers_of_their_scores_the_heaviest_first(service: Service) -> None:
    tool = callers.caller(service.owner, may="write")
    tool.post("action-items/", {"service": service.slug, "gap": "ownership.drift"})
    found = tool.get(f"services/{service.slug}/gaps/?critical=true&state=red&limit=2").json()["results"]
    assert [(one["score"], one["factors"]) for one in found] == [
        ("36.0", {"state": 3, "critical": 3, "tier": 4, "weeks": 0})
    ] * 2
    drift = next(one for one in tool.get(f"services/{service.slug}/gaps/").json()["results"] if "drift" in one["key"])
    assert drift["action_item"] == str(ActionItem.objects.get().public_id)
    assert tool.get(f"services/{service.slug}/gaps/?state=green").status_code == 422


def test_what_one_may_not_see_is_not_there_by_machine_either() -> None:
    hidden = things.service(restricted=True)
    opened(callers.caller(hidden.owner, may="write"), hidden)
    office = callers.caller(portal.member(None, Role.COMPLIANCE), may="write")
    finding = office.post(
        "findings/", {"service": hidden.slug, "severity": "low", "title": "No trace", "text": "Show one month."}
    ).json()
    stranger = callers.caller(portal.member(portal.team(), Role.LEAD), may="write")
    item = ActionItem.objects.first()
    assert item is not None
    paths = (f"action-items/{item.public_id}/", f"findings/{finding['id']}/", f"services/{hidden.slug}/gaps/")
    assert [stranger.get(path).status_code for path in paths] == [404, 404, 404]
    assert stranger.patch(paths[0], {"state": "done", "revision": 1}).status_code == 404
    assert stranger.post(paths[1], {"act": "answer", "text": "Done.", "seen": 0}).status_code == 404
    assert [stranger.get(path).json()["results"] for path in ("action-items/", "findings/")] == [[], []]


def test_on_a_finding_that_somebody_answered_since_nothing_is_said(service: Service) -> None:
    office = callers.caller(portal.member(None, Role.COMPLIANCE), may="write")
    team = callers.caller(service.owner, may="write")
    body = {"service": service.slug, "severity": "low", "title": "No trace", "text": "Show one month."}
    path = f"findings/{office.post('findings/', body).json()['id']}/"
    seen = office.get(path)["ETag"]
    assert team.post(path, {"act": "answer", "text": "Here is October."}).status_code == 428
    assert team.post(path, {"act": "answer", "text": "Here is October.", "seen": 0}).status_code == 200
    assert office.post(path, {"act": "close", "text": "Done."}, if_match=seen).status_code == 412
    assert office.get(path).json()["state"] == "answered"


def test_an_answer_between_the_look_at_the_tag_and_the_act_counts_too(service: Service) -> None:
    compliance = portal.member(None, Role.COMPLIANCE)
    office = callers.caller(compliance, may="write")
    finding = findings.open_finding(
        portal.access(compliance), service=service, severity=3, title="No trace", text="Show one month."
    )
    path, waiting = f"findings/{finding.public_id}/", ["Here is October."]

    def answers_after_the_look(execute: Any, sql: str, *rest: Any) -> Any:
        found = execute(sql, *rest)
        if "findingentry" in sql and "ORDER BY" in sql and "LIMIT" not in sql and waiting:
            findings.answer(portal.access(service.owner), finding=finding, text=waiting.pop())
        return found

    seen = office.get(path)["ETag"]
    with connection.execute_wrapper(answers_after_the_look):
        late = office.post(path, {"act": "close", "text": "Done."}, if_match=seen)

    assert (waiting, late.status_code) == ([], 412)
    assert office.get(path).json()["state"] == "answered"


def test_what_is_wrong_is_said_at_its_field(service: Service) -> None:
    tool = callers.caller(service.owner, may="write")
    answer = opened(tool, service, title="", owner="nobody@example.com")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "title")
    answer = opened(tool, service, owner="nobody@example.com")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "owner")


def test_who_may_only_read_opens_nothing(service: Service) -> None:
    assert opened(callers.caller(service.owner), service).status_code == 403
    viewer = portal.member(service.team, Role.VIEWER)
    assert opened(callers.caller(viewer, may="write"), service).status_code == 403


def test_compliance_opens_a_finding_by_machine_and_the_team_answers_it(service: Service) -> None:
    office = callers.caller(portal.member(None, Role.COMPLIANCE), may="write")
    team = callers.caller(service.owner, may="write")
    body = {"service": service.slug, "severity": "high", "title": "No trace", "text": "Show one month."}
    assert team.post("findings/", body).status_code == 403
    made = office.post("findings/", body)
    assert (made.status_code, made.json()["state"]) == (201, "open")
    said = team.post(f"findings/{made.json()['id']}/", {"act": "answer", "text": "Here is October.", "seen": 0})
    assert (said.json()["state"], [one["text"] for one in said.json()["entries"]]) == ("answered", ["Here is October."])
    assert team.post(f"findings/{made.json()['id']}/", {"act": "close", "text": "Done.", "seen": 1}).status_code == 403
    assert team.get("findings/?state=answered&severity=high").json()["results"][0]["number"] == 1
