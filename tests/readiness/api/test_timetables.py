"""When the checks of a team open and are due, read and changed by machine."""

from dataclasses import replace

import pytest

from portal.errors import Conflict
from portal.models import Team
from portal.permissions import Role
from readiness.actions import timetables
from readiness.models import TeamTimetable
from readiness.queries import timetables as queries
from readiness.rules.schedules import Point
from tests.factories import callers, portal
from tests.factories.callers import Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return portal.team(slug="payments-risk")


@pytest.fixture
def lead(team: Team) -> Caller:
    return callers.caller(portal.member(team, Role.LEAD), may="write")


WEEKLY = "teams/payments-risk/timetables/weekly/"


def test_what_is_shipped_holds_until_a_lead_says_otherwise(lead: Caller) -> None:
    shipped = lead.get("teams/payments-risk/timetables/").json()["results"]
    assert [one["cadence"] for one in shipped] == ["weekly", "monthly", "quarterly"]
    read = lead.get(WEEKLY)
    assert (read.json()["opens_day"], read.json()["words"]) == (0, "Monday, 09:00 to Friday, 17:00")
    changed = lead.patch(WEEKLY, {"due_day": 3, "due_time": "12:30"}, if_match=read["ETag"])
    assert (changed.status_code, changed.json()["words"]) == (200, "Monday, 09:00 to Thursday, 12:30")
    assert lead.get(WEEKLY).json() == changed.json()
    assert TeamTimetable.objects.get().due_day == 3


def test_nothing_is_overwritten_that_was_not_seen(lead: Caller, team: Team) -> None:
    seen = lead.get(WEEKLY)["ETag"]
    unseen = lead.patch(WEEKLY, {"due_day": 2})
    assert (unseen.status_code, unseen.json()["errors"][0]["field"]) == (428, "If-Match")
    assert lead.patch(WEEKLY, {"due_day": 2}, if_match=seen).status_code == 200
    assert lead.patch(WEEKLY, {"due_day": 3}, if_match=seen).status_code == 412
    assert TeamTimetable.objects.get().due_day == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"due_day": 0, "due_time": "08:00"}, "due_day"),
        ({"opens_day": 7}, "opens_day"),
        ({"opens_time": "9"}, "opens_time"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(lead: Caller, wrong: dict[str, object], field: str) -> None:
    answer = lead.patch(WEEKLY, wrong, if_match="*")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_only_who_leads_the_team_changes_it(team: Team) -> None:
    stranger = callers.caller(portal.member(portal.team(), Role.LEAD), may="write")
    assert stranger.get(WEEKLY).status_code == 200
    assert stranger.patch(WEEKLY, {"due_day": 2}, if_match="*").status_code == 403
    assert callers.caller(portal.member(team, Role.LEAD)).patch(WEEKLY, {"due_day": 2}, if_match="*").status_code == 403
    assert stranger.get("teams/payments-risk/timetables/daily/").status_code == 404
    assert stranger.get("teams/nobody/timetables/").status_code == 404
    assert not TeamTimetable.objects.exists()


def test_who_changes_it_between_the_look_and_the_act_is_not_overwritten(team: Team) -> None:
    access = portal.access(portal.member(team, Role.LEAD))
    seen = queries.of_team(team)[0].timetable
    timetables.change(access, team=team, timetable=replace(seen, due=Point(2, seen.due.time)))
    with pytest.raises(Conflict):
        timetables.change(access, team=team, timetable=seen, seen=seen)
    assert TeamTimetable.objects.get().due_day == 2
