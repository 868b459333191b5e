"""The list of services, and one of them, for other tools."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.permissions import Role
from tests.factories import callers, portal, readiness

pytestmark = pytest.mark.django_db


def _slugs(answer: object) -> list[str]:
    return [line["slug"] for line in callers.as_json(answer)["results"]]


def test_the_list_comes_by_name_in_pages_that_link_to_each_other() -> None:
    team = portal.team()
    lead = portal.member(team, Role.LEAD)
    for name in ("Anchor", "Beacon", "Compass"):
        readiness.service(team=team, lead=lead, name=name, slug=name.lower())
    tool = callers.caller(lead)
    first = callers.as_json(tool.get("services/?page_size=2"))
    assert [line["slug"] for line in first["results"]] == ["anchor", "beacon"]
    second = tool.get("services/" + first["next"].split("services/")[1])
    assert _slugs(second) == ["compass"]


def test_it_filters_and_orders() -> None:
    team, other = portal.team(slug="payments"), portal.team(slug="claims")
    lead = portal.member(team, Role.LEAD)
    portal.member(other, Role.LEAD, who=lead)
    readiness.service(team=team, lead=lead, name="Anchor", slug="anchor", tier=1)
    readiness.service(team=team, lead=lead, name="Beacon", slug="beacon", tier=3)
    readiness.service(team=other, lead=lead, name="Compass", slug="compass", tier=2)
    tool = callers.caller(lead)
    assert _slugs(tool.get("services/?team=payments")) == ["anchor", "beacon"]
    assert _slugs(tool.get("services/?tier=2")) == ["compass"]
    assert _slugs(tool.get("services/?q=eaco")) == ["beacon"]
    assert _slugs(tool.get("services/?ordering=-tier")) == ["beacon", "compass", "anchor"]
    assert tool.get("services/?state=nonsense").status_code == 422


def test_what_one_may_not_see_is_not_there() -> None:
    hidden = readiness.service(slug="hidden", restricted=True)
    tool = callers.caller(portal.member(portal.team(), Role.LEAD))
    assert _slugs(tool.get("services/")) == []
    assert tool.get("services/hidden/").content == tool.get("services/nothing/").content.replace(b"nothing", b"hidden")
    assert _slugs(callers.caller(hidden.owner).get("services/")) == ["hidden"]


def test_a_token_of_one_team_sees_only_that_team() -> None:
    mine, other = portal.team(), portal.team()
    lead = portal.member(mine, Role.LEAD)
    portal.member(other, Role.LEAD, who=lead)
    readiness.service(team=mine, lead=lead, slug="mine")
    readiness.service(team=other, lead=lead, slug="other")
    assert _slugs(callers.caller(lead, team=mine).get("services/")) == ["mine"]


def test_one_service_names_its_environments_and_releases() -> None:
    service = readiness.service(slug="anchor", streaming=True)
    release = readiness.release(service, "2.4.0")
    body = callers.as_json(callers.caller(service.owner).get("services/anchor/"))
    assert {place["name"] for place in body["environments"]} == {"production", "staging"}
    assert [(one["label"], one["id"]) for one in body["releases"]] == [("2.4.0", str(release.public_id))]
    assert body["traits"]["streaming"] is True


def test_nothing_is_sent_again_while_nothing_changed() -> None:
    service = readiness.service(slug="anchor")
    tool = callers.caller(service.owner)
    first = tool.get("services/anchor/")
    again = tool.get("services/anchor/", if_none_match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    readiness.release(service)
    assert tool.get("services/anchor/", if_none_match=first["ETag"]).status_code == 200


def test_the_list_asks_the_database_as_often_for_many_as_for_few() -> None:
    team = portal.team()
    lead = portal.member(team, Role.LEAD)
    tool = callers.caller(lead)
    counts = []
    for number in range(12):
        readiness.service(team=team, lead=lead, slug=f"service-{number}")
        if number in (0, 11):
            tool.get("services/")
            with CaptureQueriesContext(connection) as asked:
                tool.get("services/")
            counts.append(len(asked))
    assert counts == [3, 3]
