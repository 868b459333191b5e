"""Journey 6: an alert becomes an incident whose steps are ticked; it stops the launch; what is learnt is owned."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import requests
from playwright.sync_api import Page, expect

from incidents.actions import alert_rules
from incidents.actions.alert_rules import Written
from incidents.actions.alert_sources import Made
from incidents.models import Alert, Incident
from portal import clock
from portal.models import User
from readiness.models import ActionItem, Drill
from readiness.queries import gate
from tests.factories import alerts, launches, runbooks
from tests.factories import portal as people
from tests.harness import browsers, portals
from tests.harness.browsers import Watch
from tests.harness.databases import Database
from tests.harness.portals import Portal
from tests.harness.waiting import eventually

pytestmark = pytest.mark.journey


@dataclass
class Story:
    """A release that may go to production, a source of alerts, and a rule with a playbook and a runbook."""

    portal: Portal
    scene: launches.Scene
    source: Made

    def tell(self, status: str) -> None:
        """Posts as Alertmanager does, with the source's token, and waits until the worker took it in."""
        row = alerts.told(status=status, service=self.scene.service.slug, severity="critical")
        posted = requests.post(
            f"{self.portal.url}/api/v1/alerts/{self.source.source.public_id}/",
            data=alerts.group(row),
            headers={"Authorization": f"Bearer {self.source.token}", "Content-Type": "application/json"},
            timeout=30,
        )
        assert posted.status_code == 202, posted.text
        eventually(lambda: Alert.objects.filter(state=status).exists())

    def gate(self) -> tuple[str, set[str]]:
        """What a pipeline is told of the release."""
        label, now = self.scene.release.label, clock.now()
        asked = gate.ask(
            self.scene.access("lead"),
            self.scene.service.slug,
            release=label,
            environment="production",
            purpose="deploy",
            now=now,
        )
        assert asked is not None
        return asked.answer.verdict.value, {reason.code for reason in asked.answer.reasons}


@pytest.fixture
def story(fresh_database: Database) -> Iterator[Story]:
    scene = launches.scene()
    launches.going_live(scene)
    book = runbooks.runbook(scene.service, scene.engineer, "Empty the cache", is_rollback=False)
    rule = Written("Cost spike", {"alertname": "CostSpike"}, playbook="alert.cost-spike", runbook=book)
    alert_rules.make(scene.access("lead"), service=scene.service, written=rule)
    made = alerts.source(scene.service.scope.team)
    with portals.running(fresh_database, DEMO="true") as portal:
        yield Story(portal, scene, made)


@pytest.fixture
def window(story: Story, open_page: Callable[..., Page]) -> Callable[[User, str], Page]:
    """A page of somebody who has just signed in."""

    def opened(who: User, path: str) -> Page:
        page = open_page(story.portal)
        browsers.enter(page, story.portal.sign_in(who.email, people.PASSWORD))
        page.goto(path)
        return page

    return opened


def told(page: Page, words: str) -> None:
    expect(page.get_by_role("region", name="Messages").get_by_text(words)).to_be_visible()


def tick(page: Page, number: int) -> None:
    page.locator(f"#tick-{number}").check()
    expect(page.locator(f"#step-{number}")).to_contain_text("Enno Engineer")


def move(page: Page, link: str, words: str) -> None:
    page.get_by_role("link", name=link, exact=True).click()
    page.get_by_label("What there is to say of it").fill(words)
    page.get_by_role("button", name="Save it").click()
    told(page, "It stands in the timeline.")


def test_an_alert_is_answered_step_by_step_and_what_follows_is_owned(
    story: Story, window: Callable[[User, str], Page], watch: Watch
) -> None:
    scene = story.scene
    assert story.gate() == ("allow", set())
    story.tell("firing")
    assert story.gate() == ("deny", {"trigger:unusual-metrics"})

    page = window(scene.engineer, "/alerts/")
    expect(page.get_by_role("row", name="Cost spike").get_by_text("Firing")).to_be_visible()
    page.get_by_role("link", name="All alerts").click()
    page.get_by_role("link", name="CostSpike").click()
    page.get_by_role("link", name="Declare an incident").click()
    expect(page.get_by_label("What is wrong")).to_have_value("CostSpike")
    expect(page.get_by_label("Playbook to follow")).to_have_value("alert.cost-spike")
    page.get_by_label("What is wrong").fill("Answers cost four times as much")
    page.get_by_role("radio", name="Sev-1").check()
    page.get_by_role("button", name="Declare it").click()
    told(page, "INC-0001 is declared")
    expect(page.get_by_text("The alert CostSpike fires since 21 Nov 2026, 12:00 UTC").first).to_be_visible()
    expect(page.get_by_role("link", name="Empty the cache")).to_be_visible()
    assert story.gate() == ("deny", {"trigger:sev-1-open", "trigger:unusual-metrics"})
    decider = window(scene.decider, f"/services/{scene.service.slug}/")
    expect(decider.get_by_text("Answers cost four times as much").first).to_be_visible()

    incident = Incident.objects.get()
    for step in incident.steps_followed.steps:
        tick(page, step.number)
    expect(page.get_by_text("The alert CostSpike is still firing.")).to_be_visible()
    story.tell("resolved")
    page.reload()
    expect(page.get_by_text("The alert CostSpike ended 21 Nov 2026, 12:30 UTC").first).to_be_visible()
    move(page, "Mark resolved", "The nightly job asks in batches again.")
    assert story.gate() == ("allow", set())
    expect(page.get_by_text("Closed is refused for now:")).to_be_visible()

    page.get_by_role("button", name="Begin it from the timeline").click()
    expect(page.get_by_label("How it was noticed")).to_have_value(re.compile("^By the alert CostSpike of Alertmanager"))
    page.get_by_role("textbox", name="In short").fill("A job asked one by one for a night.")
    page.get_by_role("textbox", name="Impact").fill("Four times the cost, nobody waited.")
    page.get_by_role("textbox", name="Root cause").fill("The batch size was read from a file that was gone.")
    page.get_by_role("button", name="Save the revision").click()
    page.get_by_role("link", name="Add an action").click()
    page.get_by_label("What is to be done").fill("Refuse to start without a batch size")
    page.get_by_label("Who does it").select_option(label="Enno Engineer")
    page.get_by_role("button", name="Open the action item").click()
    page.get_by_role("button", name="Publish", exact=True).click()
    page.get_by_role("button", name="Publish it").click()
    told(page, "It is published")
    item = ActionItem.objects.get(title="Refuse to start without a batch size")
    expect(page.get_by_role("link", name=item.title)).to_be_visible()

    page.goto(incident.get_absolute_url())
    move(page, "Close it", "Published, and its action is owned.")
    expect(page.get_by_text("Counts as a drill of Empty the cache, revision 1: Enno Engineer").first).to_be_visible()
    drill = Drill.objects.get(kind="runbook")
    assert (drill.performed_by, drill.service) == (scene.engineer, scene.service)
