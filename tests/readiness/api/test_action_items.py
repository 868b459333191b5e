"""Action items and findings by machine: listed, opened, changed, by the rules of the pages."""

from typing import Any

import pytest

from portal.permissions import Role
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
    said = team.post(f"findings/{made.json()['id']}/", {"act": "answer", "text": "Here is October."})
    assert (said.json()["state"], [one["text"] for one in said.json()["entries"]]) == ("answered", ["Here is October."])
    assert team.post(f"findings/{made.json()['id']}/", {"act": "close", "text": "Done."}).status_code == 403
    assert team.get("findings/?state=answered&severity=high").json()["results"][0]["number"] == 1
