"""Chapter 10: each runbook as it stood, with its commands and the drills that exercised it."""

import datetime

import pytest

from incidents.actions import runbooks as actions
from incidents.queries import runbook_sections as chapter
from portal import clock
from portal.models import AuditEvent
from readiness.models import Service
from readiness.queries.packs import moments
from readiness.queries.packs.moments import Moment
from readiness.rules.pack_sections import Steps, Table
from tests.factories import portal, readiness
from tests.factories import runbooks as factory

pytestmark = pytest.mark.django_db


def moment() -> Moment:
    today = clock.now().date()
    return moments.moment(AuditEvent.objects.latest("number"), today - datetime.timedelta(days=90), today, clock.now())


def blocks(service: Service, at: Moment) -> list[object]:
    return [block for section in chapter.runbooks(service, at) for block in section.blocks]


def printed(service: Service, at: Moment) -> str:
    return "\n".join(str(block) for block in blocks(service, at))


@pytest.fixture
def service() -> Service:
    return readiness.service()


def test_a_runbook_is_printed_as_it_stood_then_with_exact_commands(service: Service) -> None:
    runbook = factory.runbook(service, service.owner)
    then = moment()
    factory.revise(runbook, service.owner, steps=[{"do": "Go back", "command": "promote 9.9.9"}])
    assert "promote 9.9.9" not in printed(service, then)
    steps = next(block for block in blocks(service, then) if isinstance(block, Steps))
    assert [step.command for step in steps.steps] == ["curl -sS $GATE", "promote 3.1.0"]
    assert "promote 9.9.9" in printed(service, moment())


def test_its_drills_stand_with_the_revision_they_exercised(service: Service) -> None:
    runbook = factory.runbook(service, service.owner)
    assert "No drill of it is on record." in printed(service, moment())
    factory.drill(runbook, service.owner)
    (table,) = [block for block in blocks(service, moment()) if isinstance(block, Table) and "Drills" in block.heading]
    assert [cell.text for cell in table.rows[0][2:]] == ["1", service.owner.name, "Passed in 4.2 minutes"]
    assert sum(column.width for column in table.columns) == 168


def test_a_missing_and_a_retired_way_back_are_said(service: Service) -> None:
    runbook = factory.runbook(service, service.owner)
    before = moment()
    access = portal.access(service.owner)
    actions.retire(access, runbook=factory.again(runbook), seen=1, reason="The gateway does it")
    assert "not written down" not in printed(service, before)
    assert "not written down" in printed(service, moment())
    assert "Retired runbooks" in printed(service, moment())
