"""What is short becomes something to do: a check fails, its action item is moved on the board and closed; so a gap."""

import datetime
import re

import pytest
from playwright.sync_api import expect

from portal import clock
from readiness.choices import Cadence
from readiness.models import ActionItem, CheckOccurrence, CheckVersion
from tests.factories import launches
from tests.harness.portals import Portal
from tests.journeys.conftest import OpenAs

pytestmark = pytest.mark.journey
DRIFT = "Every drift flag of the week was looked into"


@pytest.fixture
def scene(story_portal: Portal) -> launches.Scene:
    """A live service whose weekly check of drift runs now."""
    found = launches.scene()
    launches.live(found)
    version = CheckVersion.objects.current().get(recurring_check__key="weekly.drift-alerts")
    _open(found, version)
    return found


def _open(scene: launches.Scene, version: CheckVersion) -> None:
    now, week = clock.now(), datetime.timedelta(days=7)
    CheckOccurrence.objects.create(
        service=scene.service,
        recurring_check=version.recurring_check,
        version=version,
        cadence=Cadence.WEEKLY,
        period=f"{now:%G-W%V}",
        pillar=1,
        opens_at=now,
        due_at=now + week / 2,
        ends_at=now + week,
    )


def test_a_failed_check_is_followed_up_on_the_board_and_a_gap_in_one_press(
    scene: launches.Scene, open_as: OpenAs
) -> None:
    page = open_as(scene.engineer, "/checks/list/")
    page.get_by_role("link", name=DRIFT).first.click()
    page.get_by_role("radio", name="Failed").check()
    page.get_by_label("What was found").fill("Two flags nobody explained.")
    page.get_by_role("button", name="Save the result").click()

    lead = open_as(scene.lead, "/")
    expect(lead.get_by_role("region", name="Your action items")).to_contain_text(f"Failed: {DRIFT}")
    lead.get_by_role("link", name="The board").click()
    for column in ("In progress", "Done"):
        opener = lead.get_by_label(re.compile("^Move “Failed"))
        opener.focus()
        lead.keyboard.press("Enter")
        lead.get_by_role("button", name=column, exact=True).click()
        lane = lead.get_by_role("region", name=re.compile(f"^{column}"))
        expect(lane.get_by_role("link", name=f"Failed: {DRIFT}")).to_be_visible()
    items = ActionItem.objects.filter(service=scene.service)
    assert items.get(origin="check").state == "done"

    lead.goto(f"{scene.service.get_absolute_url()}gaps/")
    press = lead.get_by_role("button", name=re.compile("^Open an action item: "))
    press.first.click()
    expect(lead.get_by_role("link", name=re.compile(r"^Action item \d"))).to_be_visible()
    assert items.get(origin="gap").state == "open"
