"""Absences by machine: one's own, those of a team that one leads, and nobody else's."""

import datetime
from typing import Any

import pytest

from portal import clock
from portal.models import Team, User
from portal.permissions import Role
from readiness.models import Absence
from tests.factories import callers, portal

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return portal.team()


@pytest.fixture
def ana(team: Team) -> User:
    return portal.member(team, Role.CONTRIBUTOR, name="Ana")


@pytest.fixture
def ben(team: Team) -> User:
    return portal.member(team, Role.CONTRIBUTOR, name="Ben")


def days(first: int = 1, last: int = 5) -> dict[str, str]:
    today = clock.today_in("UTC")
    return {
        "starts_on": str(today + datetime.timedelta(days=first)),
        "ends_on": str(today + datetime.timedelta(days=last)),
    }


def field(answer: Any) -> str:
    name: str = callers.as_json(answer)["errors"][0]["field"]
    return name


def test_one_enters_ones_own_names_a_deputy_and_takes_it_back(ana: User, ben: User) -> None:
    tool = callers.caller(ana, may="write")
    made = tool.post("absences/", days())
    assert (made.status_code, made.json()["person"], made.json()["deputy"]) == (201, ana.email, None)
    path = f"absences/{made.json()['id']}/"
    assert tool.post(f"{path}deputy", {"deputy": ben.email.upper()}).json()["deputy"] == ben.email
    assert tool.post(f"{path}deputy", {"deputy": None}).json()["deputy"] is None
    assert tool.post(f"{path}cancel", {}).json()["cancelled_at"]
    assert tool.post(f"{path}cancel", {}).status_code == 422
    assert [one["id"] for one in tool.get("absences/?cancelled=true").json()["results"]] == [made.json()["id"]]
    read = tool.get(path)
    assert tool.get(path, if_none_match=read["ETag"]).status_code == 304


def test_a_lead_enters_them_for_the_team_and_nobody_else_does(team: Team, ana: User, ben: User) -> None:
    lead = callers.caller(portal.member(team, Role.LEAD), may="write")
    body = {**days(), "person": ana.email, "deputy": ben.email}
    assert lead.post("absences/", body).status_code == 201
    (listed,) = lead.get(f"absences/?person={ana.email}&deputy={ben.email}").json()["results"]
    other = callers.caller(ben, may="write")
    assert field(other.post("absences/", {**days(8, 9), "person": ana.email})) == "person"
    assert other.get(f"absences/{listed['id']}/").status_code == 404
    assert other.post(f"absences/{listed['id']}/cancel", {}).status_code == 404
    stranger = callers.caller(portal.member(portal.team(), Role.LEAD), may="write")
    assert stranger.get("absences/").json()["results"] == []
    assert Absence.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"ends_on": "2020-01-01"}, "ends_on"),
        ({"starts_on": "soon"}, "starts_on"),
        ({"deputy": "nobody@example.com"}, "deputy"),
        ({"person": "nobody@example.com"}, "person"),
        ({"why": "Holiday"}, "why"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(ana: User, wrong: dict[str, str], named: str) -> None:
    answer = callers.caller(ana, may="write").post("absences/", {**days(), **wrong})
    assert (answer.status_code, field(answer)) == (422, named)


def test_nobody_stands_in_for_themselves_and_a_token_that_reads_enters_nothing(ana: User) -> None:
    assert field(callers.caller(ana, may="write").post("absences/", {**days(), "deputy": ana.email})) == "deputy"
    assert callers.caller(ana).post("absences/", days()).status_code == 403
    assert not Absence.objects.exists()
