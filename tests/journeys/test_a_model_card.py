"""The life of a model card: written with a preview, changed and compared, stale when nobody looks, reviewed again.

Web, worker and scheduler are real processes; the test moves their clock past the day on which the review was due.
"""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from portal.models import Notification, User
from portal.permissions import Role
from readiness.models import ModelCard, ServedModel
from tests.factories import portal as people
from tests.factories import readiness
from tests.harness import browsers, clocks, portals
from tests.harness.clocks import MovedClock
from tests.harness.databases import Database
from tests.harness.portals import Portal
from tests.harness.waiting import eventually

pytestmark = pytest.mark.journey

WRITTEN_ON = datetime.datetime(2035, 1, 8, 12, tzinfo=datetime.UTC)
STALE_ON = datetime.datetime(2035, 4, 9, 9, 0, 1, tzinfo=datetime.UTC)
"""The day after, at nine where the team is."""


@dataclass
class Story:
    """Ana writes the card of a model; Ben of the same team has not seen it yet."""

    portal: Portal
    clock: MovedClock
    model: ServedModel
    ana: User
    ben: User

    def card(self) -> ModelCard:
        """The card as it stands."""
        return ModelCard.objects.get(model=self.model)


@pytest.fixture
def story(fresh_database: Database) -> Iterator[Story]:
    """A service with a model that has no card, on processes whose clock can be moved."""
    clock = MovedClock(fresh_database.data)
    clock.move(WRITTEN_ON)
    with clock.shared():
        service = readiness.service()
        team = service.scope.team
        ana, ben = (people.member(team, Role.CONTRIBUTOR, name=name) for name in ("Ana Author", "Ben Reader"))
        model = readiness.model(service, "fraud-gbm")
        readiness.model_version(model, "5.9.0")
    settings = {"DJANGO_SETTINGS_MODULE": clocks.SETTINGS, "DEMO": "true"}
    with portals.running(fresh_database, **settings) as portal:
        yield Story(portal, clock, model, ana, ben)


@pytest.fixture
def window(story: Story, open_page: Callable[..., Page]) -> Callable[[User, str], Page]:
    """A page of somebody who has just signed in."""

    def opened(who: User, path: str = "/") -> Page:
        page = open_page(story.portal)
        browsers.enter(page, story.portal.sign_in(who.email, people.PASSWORD))
        page.goto(path)
        return page

    return opened


def test_a_card_is_written_compared_goes_stale_and_is_reviewed_again(
    story: Story, window: Callable[[User, str], Page]
) -> None:
    page = window(story.ana, f"/services/{story.model.service.slug}/documents/")
    it_is_written_with_a_preview_and_metrics(page)
    it_is_revised_and_the_words_that_changed_are_shown(story, page)
    nobody_looks_and_it_is_stale(story)
    it_is_reviewed_from_my_work(story, window)


def it_is_written_with_a_preview_and_metrics(page: Page) -> None:
    page.get_by_role("link", name="Write it: the card of fraud-gbm").click()
    page.get_by_label("Intended use", exact=True).press_sequentially("Scores **payments** above 0.92.")
    preview = page.get_by_role("region", name="Preview of Intended use")
    expect(preview.locator("strong")).to_have_text("payments")
    first = page.get_by_role("group", name="Metrics, row 1")
    for label, value in (("Metric", "Recall"), ("Value", "91"), ("Unit", "%"), ("Threshold", "90")):
        first.get_by_label(label, exact=True).fill(value)
    page.get_by_role("group", name="Metrics", exact=True).get_by_role("button", name="Add a row").click()
    second = page.get_by_role("group", name="Metrics, row 2")
    for label, value in (("Metric", "Recall"), ("Segment", "Abroad"), ("Value", "80"), ("Threshold", "90")):
        second.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Save the card").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Model card fraud-gbm")
    expect(page.get_by_role("row", name="Abroad")).to_contain_text("Under")
    expect(page.get_by_text("Speaks of 5.9.0")).to_be_visible()


def it_is_revised_and_the_words_that_changed_are_shown(story: Story, page: Page) -> None:
    page.get_by_role("link", name="Revise").click()
    page.get_by_label("Intended use", exact=True).fill("Scores **payments** above 0.95.")
    page.get_by_label("What you changed, and why").fill("Fewer holds abroad")
    page.get_by_role("button", name="Save the revision").click()
    expect(page.get_by_role("status")).to_contain_text("Revision 2 is saved")
    page.get_by_role("link", name="What changed in revision 2").click()
    expect(page.locator("del")).to_have_text("92")
    expect(page.locator("ins")).to_have_text("95")
    expect(page.get_by_role("table")).to_contain_text("Fewer holds abroad")
    assert story.card().reviewed_revision == 1


def nobody_looks_and_it_is_stale(story: Story) -> None:
    story.clock.move(STALE_ON)
    told = Notification.objects.filter(recipient=story.ana, kind="document-stale")
    eventually(told.exists)
    assert story.card().review_on == datetime.date(2035, 4, 8)


def it_is_reviewed_from_my_work(story: Story, window: Callable[[User, str], Page]) -> None:
    page = window(story.ana, "/")
    page.get_by_role("region", name="Model cards to review").get_by_role("link", name="Review Model card").click()
    expect(page.get_by_text("Nobody has reviewed this card since")).to_be_visible()
    page.get_by_role("button", name="Mark reviewed").click()
    page.get_by_label("What you looked at").fill("Compared with the registry.")
    page.get_by_role("dialog").get_by_role("button", name="Mark it reviewed").click()
    expect(page.get_by_role("status")).to_contain_text("Reviewed")
    expect(page.get_by_text("Reviewed in time")).to_be_visible()
    expect(page.get_by_text("Compared with the registry.")).to_be_visible()
    assert (story.card().reviewed_by, story.card().reviewed_revision) == (story.ana, 2)
    reader = window(story.ben, "/documents/")
    expect(reader.get_by_role("row", name="fraud-gbm")).not_to_contain_text("Stale")
