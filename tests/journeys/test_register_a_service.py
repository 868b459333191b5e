"""Journey 1: a lead registers a service, sees which items apply and by which rule others do not, and names owners."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from portal.models import Team, User
from portal.permissions import Role
from readiness.models import Assignment, Service
from tests.factories import portal as people
from tests.harness.browsers import Watch
from tests.journeys.conftest import OpenAs

pytestmark = pytest.mark.journey


@dataclass
class Story:
    """A team without services, somebody in it, and its lead's browser on the form."""

    team: Team
    engineer: User
    page: Page


@pytest.fixture
def story(open_as: OpenAs) -> Story:
    team = people.team(time_zone="Europe/Berlin")
    lead = people.member(team, Role.LEAD, Role.CONTRIBUTOR, name="Lena Lead")
    engineer = people.member(team, Role.CONTRIBUTOR, name="Enno Engineer")
    page = open_as(lead, "/portfolio/")
    page.get_by_role("link", name="Register a service").click()
    return Story(team, engineer, page)


def panel(page: Page) -> Locator:
    return page.get_by_role("complementary", name="What applies")


def say_what_it_is(story: Story, name: str) -> None:
    story.page.get_by_label("Name", exact=True).fill(name)
    story.page.keyboard.press("Tab")
    story.page.get_by_label("Team", exact=True).select_option(label=story.team.name)
    story.page.get_by_label("Accountable for the service").select_option(label="Lena Lead")


def test_a_trait_is_answered_with_what_applies_and_the_rule_that_leaves_the_rest_out(story: Story) -> None:
    page, counts = story.page, panel(story.page).locator(".gh-applies li")
    before = counts.all_inner_texts()

    page.get_by_label("Third-party API").check()
    expect(panel(page)).to_contain_text("You chose “Third-party API”")
    page.get_by_label("Handles personal data").check()
    expect(panel(page).get_by_role("status")).to_contain_text("You ticked “Handles personal data”")

    assert counts.all_inner_texts() != before
    rules = panel(page).locator(".gh-out .gh-rule").all_inner_texts()
    assert len(rules) == panel(page).locator(".gh-out > li").count() > 5
    assert all(rules)


def test_a_service_is_registered_with_its_traits_and_its_holes_are_filled(story: Story, watch: Watch) -> None:
    watch.expect("422")
    page = story.page
    say_what_it_is(story, "Broker letters")
    expect(page.get_by_label("Short name")).to_have_value("broker-letters")
    page.get_by_label("Streams its answers").check()
    page.get_by_role("button", name="Register it").click()

    expect(page.get_by_role("alert").first).to_contain_text("Say why it has this tier")
    page.get_by_role("group", name="How much hangs on it").get_by_role("radio", name="2").check()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Broker letters")
    page.get_by_label("Reason").fill("Brokers wait for it during the day.")
    page.get_by_role("button", name="Register it").click()

    expect(page.get_by_role("heading", name="Broker letters", level=1)).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("registered, as a draft")
    service = Service.objects.get(slug="broker-letters")
    assert (service.state, service.streaming, service.scope.team) == ("draft", True, story.team)
    name_an_owner(story, service)


def name_an_owner(story: Story, service: Service) -> None:
    """Every domain is a hole at first; one is given an accountable person in a dialog."""
    page = story.page
    owners = page.get_by_role("region", name="Ownership")
    holes = owners.get_by_text("Nobody").count()
    assert holes > 3
    owners.get_by_role("link", name="All, with history").click()
    row = page.get_by_role("region", name="Who answers for what").get_by_role("row", name=re.compile("^Inference"))
    row.get_by_role("link", name=re.compile("Name an owner")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Person").select_option(label="Enno Engineer")
    dialog.get_by_role("button", name="Name them").click()

    expect(row).to_contain_text("Enno Engineer")
    held = Assignment.objects.current().get(service=service)
    assert (held.person, held.role) == (story.engineer, "accountable")
    page.get_by_role("link", name="At a glance").click()
    expect(owners.get_by_text("Nobody")).to_have_count(holes - 1)
