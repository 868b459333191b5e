"""Several people at the same moment: one request, one answer, and a status row that agrees."""

import pytest

from portal.errors import DomainError
from readiness.actions import waivers
from readiness.models import ServiceStatus, Waiver, WaiverSettlement
from readiness.queries import status as status_queries
from tests.factories import launches, waiving
from tests.harness import at_once
from tests.harness.databases import Database

pytestmark = pytest.mark.postgres


def test_two_who_ask_at_once_leave_one_request(fresh_database: Database) -> None:
    scene = launches.scene(answered=False)

    def ask(_number: int) -> str:
        try:
            waiving.ask(scene)
        except DomainError:
            return "too late"
        return "asked"

    assert sorted(at_once.call(4, ask)) == ["asked", "too late", "too late", "too late"]
    assert Waiver.objects.count() == 1


def test_two_who_settle_at_once_leave_one_settlement(fresh_database: Database) -> None:
    scene = launches.scene(answered=False)
    asked = waiving.ask(scene)

    def settle(number: int) -> str:
        try:
            if number % 2:
                waivers.refuse(scene.access("decider"), waiver=asked, reason="No.")
            else:
                waiving.approve(scene, asked)
        except DomainError:
            return "too late"
        return "settled"

    assert sorted(at_once.call(4, settle)) == ["settled", "too late", "too late", "too late"]
    assert WaiverSettlement.objects.filter(waiver=asked).count() == 1
    row = ServiceStatus.objects.get(service=scene.service)
    assert row.waived == status_queries.standing_of(scene.service).waived
