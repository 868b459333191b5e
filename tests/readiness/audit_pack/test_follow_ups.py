"""The chapter of action items and findings, read back from the PDF."""

import datetime

import pytest

from portal import clock
from portal.models import AuditEvent
from portal.pdf.process import RenderingProcess
from portal.permissions import Role
from readiness.actions import action_item_changes, action_items, findings
from readiness.actions.action_item_changes import Change
from readiness.actions.action_items import NewItem
from readiness.queries.packs import moments, services
from readiness.queries.packs.signatures import Meanings
from readiness.rules.action_items import Terms
from tests.factories import pack, portal, readiness
from tests.readiness.audit_pack.conftest import build

pytestmark = pytest.mark.django_db


def test_what_was_to_be_done_and_what_compliance_found_stand_in_chapter_twelve(renderer: RenderingProcess) -> None:
    service, today = readiness.service(), clock.now().date()
    team, office = portal.access(service.owner), portal.access(portal.member(None, Role.COMPLIANCE, name="Mo Olsen"))
    late = NewItem(Terms("Mask account numbers", due_on=today + datetime.timedelta(days=9)), service.owner)
    item = action_items.open_item(team, service=service, new=late).item
    dropped = Change(state="dropped", reason="Finance does it.")
    action_item_changes.change(team, item=item, wanted=dropped, revision=item.revision)
    finding = findings.open_finding(office, service=service, severity=1, title="No trace", text="Show one month.")
    findings.answer(team, finding=finding, text="Here is October.")

    event = AuditEvent.objects.latest("number")
    at = moments.moment(event, today - datetime.timedelta(days=7), today, clock.now())
    text = build(renderer, pack.contents(services.chapters(service, at, Meanings()))).text

    for words in ("1 Mask account numbers", "Dropped", "2 No trace", "Findings", "Answered", "Here is October."):
        assert words in text, words
    assert service.owner.name in text
    assert "Mo Olsen" in text
