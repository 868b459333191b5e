"""Chapter 12: action items and findings as they stood at the moment, not as they stand now."""

import datetime
from typing import Any

import pytest

from portal import clock
from portal.models import AuditEvent
from portal.permissions import Role
from readiness.actions import action_item_changes, action_items, findings
from readiness.actions.action_item_changes import Change
from readiness.actions.action_items import NewItem
from readiness.queries.packs import action_items as chapter
from readiness.queries.packs.moments import moment
from readiness.rules.action_items import Terms
from tests.factories import portal
from tests.factories import readiness as things

pytestmark = pytest.mark.django_db


def told(service: Any, at: Any) -> str:
    return str(chapter.sections(service, at))


def now_on_record() -> Any:
    event, today = AuditEvent.objects.latest("number"), clock.now().date()
    return moment(event, today, today, clock.now())


def test_a_pack_says_what_stood_then_and_what_was_said_by_then() -> None:
    service = things.service()
    access, office = portal.access(service.owner), portal.access(portal.member(None, Role.COMPLIANCE))
    assert "No action item was open" in told(service, now_on_record())
    new = NewItem(Terms("Mask account numbers", due_on=clock.now().date() + datetime.timedelta(days=9)), service.owner)
    item = action_items.open_item(access, service=service, new=new).item
    finding = findings.open_finding(office, service=service, severity=1, title="No trace", text="Show one month.")
    then = now_on_record()
    before = told(service, then)
    assert "1  Mask account numbers" in before
    assert "Nothing yet" in before
    action_item_changes.change(access, item=item, wanted=Change(title="Mask all numbers", state="done"), revision=1)
    findings.answer(access, finding=finding, text="Here is October.")
    assert told(service, then) == before
    after = told(service, now_on_record())
    assert "1  Mask all numbers" in after
    assert "Here is October." in after
