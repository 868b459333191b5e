"""The life of a waiver: asked for, approved with a fresh proof, on credit wherever its item is shown, lapsed.

Web, worker and scheduler are real processes; the test moves their clock to the days on which something is said.
"""

import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from portal.models import Notification, User
from readiness.models import ItemAnswer
from tests.factories import callers, launches, waiving
from tests.factories import portal as people
from tests.harness import browsers, clocks, portals
from tests.harness.clocks import MovedClock
from tests.harness.databases import Database
from tests.harness.portals import Portal
from tests.harness.waiting import eventually

pytestmark = pytest.mark.journey

ITEM, TITLE = waiving.CRITICAL, "The release goes out in steps"
ASKED_ON = datetime.datetime(2035, 1, 3, 13, tzinfo=datetime.UTC)
UNTIL = datetime.date(2035, 1, 13)
THREE_DAYS_BEFORE = datetime.datetime(2035, 1, 10, 9, 0, 1, tzinfo=datetime.UTC)
THE_DAY_AFTER = datetime.datetime(2035, 1, 14, 0, 0, 1, tzinfo=datetime.UTC)
MET_BY = 11
"""Days until the condition of the go is due: later than the waiver holds, so that the waiver ends it."""


@dataclass
class Story:
    """A release that is ready, save that one critical item is red."""

    portal: Portal
    clock: MovedClock
    scene: launches.Scene
    secret: str

    def asked(self, path: str, **query: str) -> dict[str, Any]:
        """What another tool is told, over the wire."""
        headers = {"Authorization": f"Bearer {self.secret}"}
        answer = requests.get(f"{self.portal.url}/api/v1/{path}", query, headers=headers, timeout=20)
        body: dict[str, Any] = answer.json()
        return body

    def gate(self) -> tuple[str, list[str]]:
        """The verdict for staging, and the codes of what stands against it."""
        path = f"services/{self.scene.service.slug}/gate"
        told = self.asked(path, release=self.scene.release.label, environment="staging")
        return told["verdict"], [reason["code"] for reason in told["reasons"]]

    def told(self, who: User, kind: str) -> list[Notification]:
        """What somebody was told of the waiver."""
        return list(Notification.objects.filter(recipient=who, kind=f"waiver-{kind}"))

    def counts_as(self) -> str:
        """The state of the item that is kept."""
        return ItemAnswer.objects.get(review=self.scene.review, item_key=ITEM).state


@pytest.fixture
def story(fresh_database: Database) -> Iterator[Story]:
    """Such a release, on processes whose clock can be moved."""
    clock = MovedClock(fresh_database.data)
    clock.move(ASKED_ON)
    with clock.shared():
        scene = launches.scene(answered=False)
        for key in ("env.secrets", *launches.OTHER):
            launches.green(scene, key)
        launches.sign(scene, "env.secrets")
        launches.rated(scene, ITEM, "red", "The vendor cannot switch by country yet.")
        secret = callers.caller(scene.engineer).secret
    settings = {"DJANGO_SETTINGS_MODULE": clocks.SETTINGS, "DEMO": "true"}
    with portals.running(fresh_database, **settings) as portal:
        yield Story(portal, clock, scene, secret)


@pytest.fixture
def window(story: Story, open_page: Callable[..., Page]) -> Callable[[User, str], Page]:
    """A page of somebody who has just signed in."""

    def opened(who: User, path: str = "/") -> Page:
        page = open_page(story.portal)
        browsers.enter(page, story.portal.sign_in(who.email, people.PASSWORD))
        page.goto(path)
        return page

    return opened


def test_what_cannot_be_met_in_time_is_on_credit_until_its_day_and_no_longer(
    story: Story, window: Callable[..., Page]
) -> None:
    scene = story.scene
    an_engineer_asks(window(scene.engineer, scene.review.get_absolute_url()))
    a_decider_approves_with_a_fresh_proof(window(scene.decider), story)
    assert story.counts_as() == "waived"

    page = window(scene.decider)
    it_says_on_credit_wherever_the_item_is_shown(page, story)
    a_go_takes_it_as_a_condition(page, story)

    story.clock.move(THREE_DAYS_BEFORE)
    eventually(lambda: story.told(scene.engineer, "in-3"))
    assert story.gate() == ("allow_with_conditions", [])
    story.clock.move(THE_DAY_AFTER)
    eventually(lambda: story.counts_as() == "red")
    eventually(lambda: story.told(scene.engineer, "lapsed"))
    it_counts_as_red_again_and_says_why(window(scene.engineer), story)


def an_engineer_asks(page: Page) -> None:
    item = page.locator(f"details[id='{ITEM}']")
    item.locator("summary").first.click()
    item.get_by_role("button", name="Ask for a waiver").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Why it cannot be met now").fill("The vendor switches by country in January.")
    dialog.get_by_label("What keeps the risk small meanwhile").fill("Two people watch the first hour.")
    dialog.get_by_label("Until").fill(str(UNTIL))
    dialog.get_by_role("button", name="Ask for it").click()
    expect(item).to_contain_text("Waiver asked for, until")
    page.close()


def a_decider_approves_with_a_fresh_proof(page: Page, story: Story) -> None:
    """From My work, in place; for a critical item having signed in is not enough."""
    assert len(story.told(story.scene.decider, "asked")) == 1
    assert story.told(story.scene.approver, "asked") == []
    page.get_by_role("link", name=re.compile(f"Answer the request: {TITLE}")).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Two people watch the first hour.")
    dialog.get_by_label("Your password").fill(people.PASSWORD)
    dialog.get_by_role("button", name="Approve it").click()
    expect(page.get_by_role("status")).to_contain_text("The waiver is approved.")
    expect(page.get_by_role("link", name=re.compile("Answer the request"))).to_have_count(0)


def it_says_on_credit_wherever_the_item_is_shown(page: Page, story: Story) -> None:
    service, review = story.scene.service, story.scene.review
    page.goto(f"{review.get_absolute_url()}#{ITEM}")
    item = page.locator(f"details[id='{ITEM}']")
    expect(item).to_contain_text("On credit until")
    expect(item.locator("summary").first).to_contain_text("On credit")

    page.goto(service.get_absolute_url())
    expect(page.get_by_role("region", name="On credit")).to_contain_text(TITLE)
    page.goto("/portfolio/")
    row = page.get_by_role("row", name=re.compile(service.name))
    expect(row.get_by_role("cell").filter(has_text="On credit")).not_to_have_count(0)
    page.goto("/waivers/?state=standing")
    expect(page.get_by_role("row", name=re.compile(TITLE))).to_contain_text("On credit")

    status = story.asked(f"services/{service.slug}/status")
    assert status["progress"]["on_credit"] == 1
    assert status["progress"]["green"] == status["progress"]["applicable"] - 1
    colours = {pillar["state"] for pillar in status["pillars"]}
    assert "waived" in colours
    assert "red" not in colours
    (waiver,) = story.asked("waivers/", service=service.slug)["results"]
    assert (waiver["item"], waiver["state"]) == (ITEM, "standing")


def a_go_takes_it_as_a_condition(page: Page, story: Story) -> None:
    """Asked for on the page where it is decided, and kept with the waiver on that of the decision."""
    scene = story.scene
    page.goto(f"/services/{scene.service.slug}/releases/{scene.release.label}/decide/?environment=staging")
    expect(page.get_by_role("group", name=TITLE)).to_contain_text("required: on credit until")
    with story.clock.shared():
        decision = launches.decide(scene, "conditional-go", conditions=[launches.condition(scene, ITEM, MET_BY)])
    page.goto(decision.get_absolute_url())
    frozen = page.locator(".gh-frozen")
    expect(frozen).to_contain_text("Bring it to green")
    expect(frozen).to_contain_text("Two people watch the first hour.")
    assert story.gate() == ("allow_with_conditions", [])


def it_counts_as_red_again_and_says_why(page: Page, story: Story) -> None:
    scene = story.scene
    assert story.gate() == ("deny", ["trigger:critical-item"])
    page.goto(f"{scene.review.get_absolute_url()}#{ITEM}")
    item = page.locator(f"details[id='{ITEM}']")
    expect(item).to_contain_text("Lapsed: it was on credit until 13 Jan 2035")
    expect(item).to_contain_text("The item counts as red again.")
    expect(item.get_by_role("button", name="Renew it")).to_be_visible()
    page.goto("/portfolio/")
    row = page.get_by_role("row", name=re.compile(scene.service.name))
    expect(row.get_by_role("cell").filter(has_text="On credit")).to_have_count(0)
    expect(row.get_by_role("cell").filter(has_text="Red")).not_to_have_count(0)
