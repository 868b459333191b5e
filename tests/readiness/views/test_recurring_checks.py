"""The pages of recurring checks: the calendar, the list, one check answered in place."""

import datetime
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal import clock
from portal.models import AuditEvent, User
from portal.permissions import Role
from readiness.actions import recurring_checks
from readiness.rules.check_results import Told
from tests.factories import checks, portal
from tests.factories.checks import day

pytestmark = pytest.mark.django_db
DRIFT = "weekly.drift-alerts"


def visit(who: User, path: str, at: datetime.datetime = day(10), **more: Any) -> tuple[int, str]:  # noqa: B008
    client = Client()
    client.force_login(who)
    with clock.at(at):
        headers = {"HX-Request": "true"} if more.get("in_place") else {}
        answer = client.post(path, more["typed"], headers=headers) if more else client.get(path)
    return answer.status_code, answer.content.decode()


def test_the_calendar_shows_what_came_of_each_period() -> None:
    of = checks.opened(day(9))
    with clock.at(day(17)):
        recurring_checks.open_due(day(17))
    _, page = visit(of.ana, "/checks/", day(17))
    assert "Every drift flag of the week was looked into, 2035-W02: missed" in page
    assert "Every drift flag of the week was looked into, 2035-W03: open" in page


def test_the_calendar_can_be_narrowed_to_what_is_mine() -> None:
    of = checks.opened(day(9))
    other = portal.member(of.service.team, Role.CONTRIBUTOR)
    assert of.service.name in visit(of.ana, "/checks/?show=mine")[1]
    assert "No service fits these filters" in visit(other, "/checks/?show=mine")[1]


def test_an_empty_calendar_says_how_it_begins() -> None:
    assert "No service owes a check yet" in visit(portal.member(portal.team(), Role.VIEWER), "/checks/")[1]


def test_a_check_is_answered_in_place_and_keeps_what_was_typed_when_it_is_refused() -> None:
    of = checks.opened(day(9))
    check = of.check(DRIFT, "2035-W02")
    typed = {"result": "fail", "note": "", "link": "https://wiki.example.com/drift", "revision": 0}
    status, page = visit(of.ana, check.get_absolute_url(), typed=typed, in_place=True)
    assert (status, "Say what was found" in page, "https://wiki.example.com/drift" in page) == (422, True, True)
    status, _ = visit(of.ana, check.get_absolute_url(), typed={**typed, "note": "One flag."}, in_place=True)
    assert (status, of.check(DRIFT, "2035-W02").result) == (200, "fail")
    assert "action item 1</a> of Ana, open" in visit(of.ana, check.get_absolute_url())[1]


def test_reminders_are_held_back_from_the_page_of_a_check() -> None:
    of = checks.opened(day(9))
    check = of.check(DRIFT, "2035-W02")
    path = f"{check.get_absolute_url()}snooze/"
    status, page = visit(of.ana, path, typed={"until": "", "reason": "", "revision": 0})
    assert (status, "Choose a day." in page) == (422, True)
    friday = "2035-01-12T09:00:00+01:00"
    status, _ = visit(of.ana, path, typed={"until": friday, "reason": "Away.", "revision": 0})
    assert (status, of.check(DRIFT, "2035-W02").snoozed_until) == (302, day(12, 8))


def test_who_may_not_see_the_service_finds_no_check() -> None:
    of = checks.opened(day(9))
    scope = of.service.scope
    scope.restricted = True
    scope.save(update_fields=["restricted"])
    outsider = portal.member(portal.team(), Role.LEAD)
    assert visit(outsider, of.check(DRIFT, "2035-W02").get_absolute_url())[0] == 404
    assert of.service.name not in visit(outsider, "/checks/list/")[1]


def test_the_list_can_be_taken_along() -> None:
    of = checks.opened(day(9))
    _, file = visit(of.ana, "/checks/list/?_export=csv&state=open")
    assert file.count("2035-W02") == 3


def test_after_somebody_was_faster_one_more_click_puts_mine_in_its_place() -> None:
    of = checks.opened(day(9))
    check = of.check(DRIFT, "2035-W02")
    typed = {"result": "fail", "note": "Two flags.", "revision": 0}
    with clock.at(day(9)):
        recurring_checks.answer(portal.access(of.sam), occurrence=check, told=Told("pass"), revision=0)
    status, page = visit(of.ana, check.get_absolute_url(), typed=typed, in_place=True)
    assert (status, "Sam answered this in between: Passed" in page, "Two flags." in page) == (422, True, True)
    sent = re.search(r'name="revision" value="(\d+)"', page)
    assert sent is not None
    status, _ = visit(of.ana, check.get_absolute_url(), typed={**typed, "revision": sent[1]}, in_place=True)
    assert (status, of.check(DRIFT, "2035-W02").result) == (200, "fail")


def test_the_file_of_a_check_is_a_download_on_record() -> None:
    of = checks.opened(day(9))
    check = of.check(DRIFT, "2035-W02")
    report = SimpleUploadedFile("flags.txt", b"no flag this week")
    visit(of.ana, check.get_absolute_url(), typed={"result": "pass", "revision": 0, "file": report})
    status, page = visit(of.sam, check.get_absolute_url(), day(16))
    assert (status, f"{check.get_absolute_url()}file/" in page) == (200, True)
    client = Client()
    client.force_login(of.sam)
    with clock.at(day(16)):
        answer = client.get(f"{check.get_absolute_url()}file/")
    assert b"".join(answer.streaming_content) == b"no flag this week"
    assert AuditEvent.objects.latest("number").verb == "evidence.downloaded"
