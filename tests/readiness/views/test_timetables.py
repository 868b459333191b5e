"""A team's own days for its checks."""

import pytest
from django.test import Client

from portal import clock
from portal.models import AuditEvent, User
from portal.permissions import Role
from readiness.actions import recurring_checks
from tests.factories import checks, portal
from tests.factories.checks import day

pytestmark = pytest.mark.django_db
TUESDAYS = {
    "cadence": "weekly",
    "weekly-opens_day": "1",
    "weekly-opens_time": "08:30",
    "weekly-due_day": "3",
    "weekly-due_time": "12:00",
}


def post(who: User, slug: str, typed: dict[str, str]) -> tuple[int, str]:
    client = Client()
    client.force_login(who)
    answer = client.post(f"/checks/timetables/{slug}/", typed)
    return answer.status_code, answer.content.decode()


def test_a_lead_moves_the_days_and_what_opens_later_follows() -> None:
    of = checks.opened(day(9))
    assert post(of.lea, of.service.team.slug, TUESDAYS)[0] == 302
    assert AuditEvent.objects.latest("number").verb == "timetable.changed"
    with clock.at(day(16)):
        recurring_checks.open_due(day(16))
    assert of.check("weekly.drift-alerts", "2035-W02").due_at == day(12, 16)
    third = of.check("weekly.drift-alerts", "2035-W03")
    assert (f"{third.opens_at:%d %H:%M}", f"{third.due_at:%d %H:%M}") == ("16 07:30", "18 11:00")


def test_days_that_cannot_be_kept_are_refused_at_their_field() -> None:
    of = checks.watched()
    status, page = post(of.lea, of.service.team.slug, TUESDAYS | {"weekly-due_day": "0"})
    assert (status, "It is due before it opens." in page) == (422, True)
    assert not of.service.team.timetables.exists()


def test_only_a_lead_of_the_team_changes_them() -> None:
    of = checks.watched()
    assert post(of.ana, of.service.team.slug, TUESDAYS)[0] == 403
    stranger = portal.member(portal.team(), Role.LEAD)
    assert post(stranger, of.service.team.slug, TUESDAYS)[0] == 403


def test_the_page_of_a_team_says_them_in_words() -> None:
    of = checks.watched()
    client = Client()
    client.force_login(of.ana)
    shown = client.get(f"/checks/timetables/{of.service.team.slug}/", headers={"HX-Request": "true"}).content.decode()
    assert "Monday, 09:00 to Friday, 17:00" in shown
    assert "day 1, 09:00 to the last day, 17:00" in shown
    assert "Change the days" not in shown
