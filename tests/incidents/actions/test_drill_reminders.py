"""Who hears when that a runbook is to be drilled: its keeper before and after, then whoever leads; never twice."""

import datetime

import pytest
from django.urls import reverse

from incidents.actions import drill_reminders
from incidents.actions import runbooks as actions
from incidents.models import Runbook
from portal import clock
from portal.models import Notification, User
from portal.permissions import Role
from readiness.models import Service
from tests.factories import portal, readiness, runbooks
from tests.portal.pages import signed_in

pytestmark = pytest.mark.django_db

WRITTEN = datetime.datetime(2035, 1, 8, 12, tzinfo=datetime.UTC)
FIRST_DUE = WRITTEN + datetime.timedelta(days=14)
DRILLED = WRITTEN + datetime.timedelta(days=3)
DUE = DRILLED + datetime.timedelta(days=90)


@pytest.fixture
def service() -> Service:
    return readiness.service()


@pytest.fixture
def ana(service: Service) -> User:
    return portal.member(service.scope.team, Role.CONTRIBUTOR, name="Ana")


@pytest.fixture
def runbook(service: Service, ana: User) -> Runbook:
    with clock.at(WRITTEN):
        return runbooks.runbook(service, ana)


def drill(runbook: Runbook, by: User, at: datetime.datetime = DRILLED, **told: object) -> None:
    with clock.at(at):
        runbooks.drill(runbook, by, performed_at=at - datetime.timedelta(hours=1), **told)


def look(at: datetime.datetime, hour: int = 10) -> list[tuple[str, str]]:
    """What is said on a day: kind and recipient."""
    at = at.replace(hour=hour)
    before = set(Notification.objects.values_list("pk", flat=True))
    with clock.at(at):
        drill_reminders.send_due(at)
    said = Notification.objects.filter(kind__startswith="drill").exclude(pk__in=before)
    return sorted((notice.kind, notice.recipient.name) for notice in said.select_related("recipient"))


def after(moment: datetime.datetime, days: int) -> datetime.datetime:
    return moment + datetime.timedelta(days=days)


def test_a_drill_that_falls_due_is_told_before_after_and_then_to_the_lead_too(
    runbook: Runbook, ana: User, service: Service
) -> None:
    drill(runbook, ana)
    assert look(after(DUE, -8)) == []
    assert look(after(DUE, -7)) == [("drill-soon", "Ana")]
    assert look(DUE) == []
    assert look(after(DUE, 1)) == [("drill-stale", "Ana")]
    assert look(after(DUE, 8)) == sorted([("drill-escalated", "Ana"), ("drill-escalated", service.owner.name)])
    assert look(after(DUE, 60)) == []


def test_the_same_look_twice_tells_once(runbook: Runbook, ana: User) -> None:
    drill(runbook, ana)
    assert look(after(DUE, 2)) == [("drill-stale", "Ana")]
    assert look(after(DUE, 2)) == []
    Runbook.objects.update(drill_remind_at=after(DUE, 1))
    assert look(after(DUE, 2)) == []


def test_a_runbook_that_was_never_run_is_to_be_within_a_fortnight(runbook: Runbook) -> None:
    assert look(after(FIRST_DUE, -8)) == []
    assert look(after(FIRST_DUE, -7)) == [("drill-soon", "Ana")]
    assert look(after(FIRST_DUE, 1)) == [("drill-stale", "Ana")]


def test_a_drill_in_time_or_after_everything_was_said_begins_anew(runbook: Runbook, ana: User) -> None:
    assert len(look(after(FIRST_DUE, 30))) == 2
    drill(runbook, ana, after(FIRST_DUE, 40))
    assert look(after(FIRST_DUE, 41)) == []
    assert look(after(FIRST_DUE, 40 + 90 - 7)) == [("drill-soon", "Ana")]


def test_a_drill_that_failed_defers_nothing(runbook: Runbook, ana: User) -> None:
    drill(runbook, ana, result="failed", note="It hung.")
    assert look(after(FIRST_DUE, 1)) == [("drill-stale", "Ana")]


def test_a_retired_runbook_is_not_told_of_until_it_is_back(runbook: Runbook, ana: User) -> None:
    with clock.at(after(WRITTEN, 1)):
        actions.retire(portal.access(ana), runbook=runbooks.again(runbook), seen=1, reason="Another way.")
    assert look(after(FIRST_DUE, 1)) == []
    with clock.at(after(FIRST_DUE, 2)):
        actions.bring_back(portal.access(ana), runbook=runbooks.again(runbook), seen=2, reason="Needed again.")
    assert look(after(FIRST_DUE, 3)) == [("drill-stale", "Ana")]


def test_my_work_lists_and_counts_what_i_keep(runbook: Runbook, ana: User, service: Service) -> None:
    def shown(at: datetime.datetime, who: User = ana) -> str:
        with clock.at(at):
            answer = signed_in(who).get(reverse("incidents:runbooks_waiting"))
        assert answer.status_code == 200
        return answer.content.decode()

    assert "never drilled" in shown(after(WRITTEN, 1))
    drill(runbook, ana)
    assert shown(after(DUE, -30)).count("Record a drill") == 0
    with clock.at(after(WRITTEN, 80)):
        actions.confirm(portal.access(ana), runbook=runbooks.again(runbook), seen=1)
    assert shown(after(DUE, -15)).strip() == ""
    assert "drill due" in shown(after(DUE, -13))
    assert "drill was due" in shown(after(DUE, 1))
    with clock.at(after(DUE, 1)):
        assert ">1<" in signed_in(ana).get(reverse("readiness:my_work")).content.decode()
    assert shown(after(DUE, 1), service.owner).strip() == ""
