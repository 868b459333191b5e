"""Journey 2: a team answers a deployment review in two browsers at once, and somebody else signs it off."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from portal.models import User
from portal.permissions import Role
from readiness.models import ItemAnswer, Review
from tests.factories import portal as people
from tests.factories import readiness, reviews
from tests.harness import portals
from tests.harness.browsers import Watch
from tests.harness.databases import Templates
from tests.harness.portals import Portal, demo_password

pytestmark = pytest.mark.journey

Open = Callable[..., Page]


@dataclass
class Story:
    """A review that has just been started, and how to open it as somebody."""

    review: Review
    open_as: Callable[[str], Page]

    def answer(self, key: str) -> ItemAnswer:
        """What the database holds of an item now."""
        return reviews.answer(self.review, key)


@pytest.fixture(scope="module")
def portal_of_all(database_templates: Templates, django_db_blocker: Any) -> Iterator[Portal]:
    """One portal for all stories: each has a team, people's roles and a service of its own."""
    with (
        database_templates.copy("demo") as database,
        django_db_blocker.unblock(),
        database.in_use(),
        portals.running(database, worker=False, DEMO="true") as portal,
    ):
        yield portal


@pytest.fixture
def story(portal_of_all: Portal, open_page: Open) -> Story:
    team = people.team()
    lead = people.member(team, Role.LEAD, who=User.objects.get(email="lead@example.com"))
    for email, role in {"engineer": Role.CONTRIBUTOR, "approver": Role.APPROVER}.items():
        people.member(team, role, who=User.objects.get(email=f"{email}@example.com"))
    people.member(team, Role.CONTRIBUTOR, who=User.objects.get(email="bjorn.aasland@example.com"))
    service = readiness.service(team=team, lead=lead)
    review = reviews.started(service)

    def open_as(email: str) -> Page:
        page = open_page(portal_of_all, f"{email}@example.com")
        page.goto(review.get_absolute_url())
        return page

    return Story(review, open_as)


def card(page: Page, key: str) -> Locator:
    """An item, opened."""
    found = page.locator(f"details[id='{key}']")
    if found.get_attribute("open") is None:
        found.locator("summary").first.click()
    return found


def tick(item: Locator, point: int) -> None:
    box = item.locator(".gh-points li").nth(point - 1).locator("input[type=checkbox]")
    box.check()
    expect(item.locator(".gh-points li").nth(point - 1)).to_contain_text("Saved")


def rate(item: Locator, colour: str) -> None:
    item.locator(f"label.is-{colour}").click()


def state(item: Locator) -> Locator:
    return item.locator("summary .gh-item-state").first


def answer_in_full(item: Locator) -> None:
    """Ticks four points, attaches a file and rates green."""
    for point in (1, 2, 3, 4):
        tick(item, point)
    item.get_by_role("button", name="Add evidence").click()
    scan = {"name": "scan.txt", "mimeType": "text/plain", "buffer": b"no secret was found\n"}
    item.locator("input[type=file]").set_input_files(scan)
    item.get_by_role("button", name="Attach it").click()
    expect(item.get_by_role("link", name="scan.txt")).to_be_visible()
    rate(item, "green")
    expect(state(item)).to_have_text(re.compile("Green"))


def test_points_colour_text_and_evidence_are_saved_as_one_goes(story: Story, watch: Watch) -> None:
    watch.expect("422")
    page = story.open_as("engineer")
    item = card(page, "env.secrets")

    tick(item, 1)
    rate(item, "green")
    expect(item.get_by_role("alert")).to_contain_text("3 points are open.")
    rate(item, "red")
    note = item.get_by_role("textbox", name="What there is to say: what is missing")
    expect(note).to_be_focused()
    tick(item, 2)
    expect(item.get_by_role("radio", name="Red")).to_be_checked()
    note.fill("One key still lies in a repository.")
    note.press("Control+s")
    expect(item.locator(".gh-item-text")).to_contain_text("Saved")
    expect(state(item)).to_have_text(re.compile("Red"))

    page.reload()
    expect(state(page.locator("details[id='env.secrets']"))).to_have_text(re.compile("Red"))
    saved = story.answer("env.secrets")
    assert (saved.rating, saved.text) == ("red", "One key still lies in a repository.")
    assert {tick.number for tick in saved.ticks.all()} == {1, 2}


def test_a_colour_waits_for_its_sentence_with_the_keyboard_alone(story: Story, watch: Watch) -> None:
    watch.expect("422")
    page = story.open_as("engineer")
    page.keyboard.press("j")
    item = page.locator(".gh-item--now")
    page.keyboard.press("2")
    expect(item.get_by_role("textbox", name="What there is to say: what is missing")).to_be_focused()
    page.keyboard.type("One run is missing.")
    page.keyboard.press("Tab")
    expect(state(item)).to_have_text(re.compile("Yellow"))
    expect(item.get_by_text("waits for one sentence")).to_have_count(0)


def test_a_sentence_that_is_being_saved_is_not_asked_for_again(story: Story, watch: Watch) -> None:
    page = story.open_as("engineer")
    for round_, key in enumerate(("env.secrets", "model.fallback")):
        item = card(page, key)
        item.get_by_role("textbox", name="What there is to say").fill(f"Part {round_} is missing.")
        rate(item, "red")
        expect(state(item)).to_have_text(re.compile("Red"))
        expect(item.get_by_role("alert")).to_have_count(0)
        saved = story.answer(key)
        assert (saved.rating, saved.text) == ("red", f"Part {round_} is missing.")


def test_the_rail_and_the_decision_panel_follow_every_answer(story: Story) -> None:
    page = story.open_as("engineer")
    panel = page.get_by_role("complementary", name="Decision")
    before = panel.get_by_role("list", name="What stands in the way").get_by_role("listitem").count()

    answer_in_full(card(page, "env.secrets"))

    expect(page.get_by_role("navigation", name="Sections")).to_contain_text("1/4")
    expect(panel).to_contain_text("green, not signed")
    assert panel.get_by_role("list", name="What stands in the way").get_by_role("listitem").count() == before


def test_two_people_at_once_lose_nothing(story: Story, watch: Watch) -> None:
    watch.expect("412")
    first, second = story.open_as("engineer"), story.open_as("bjorn.aasland")
    here, there = card(first, "model.fallback"), card(second, "model.fallback")

    tick(here, 1)
    tick(there, 2)
    note = here.get_by_role("textbox", name="What there is to say")
    note.fill("The small model answers.")
    note.press("Control+s")
    expect(here.locator(".gh-item-text")).to_contain_text("Saved")
    other = there.get_by_role("textbox", name="What there is to say")
    other.fill("Provider B answers.")
    other.press("Control+s")

    conflict = there.get_by_role("alert")
    expect(conflict).to_contain_text("Not saved yet")
    expect(conflict).to_contain_text("The small model answers.")
    expect(conflict).to_contain_text("Provider B answers.")
    assert story.answer("model.fallback").text == "The small model answers."
    conflict.get_by_role("button", name="Keep mine").click()
    expect(conflict).to_have_count(0)
    expect(there.locator(".gh-item-text")).to_contain_text("Saved")
    saved = story.answer("model.fallback")
    assert saved.text == "Provider B answers."
    assert {tick.number for tick in saved.ticks.all()} == {1, 2}


def test_each_sees_that_the_other_is_there(story: Story) -> None:
    story.open_as("engineer").wait_for_load_state("networkidle")

    approver = story.open_as("approver")

    expect(approver.get_by_text("is here too")).to_contain_text("Priya Raghunathan")


def test_somebody_else_signs_and_a_signed_item_is_locked_until_it_is_reopened(story: Story, watch: Watch) -> None:
    watch.expect("422")
    engineer = story.open_as("engineer")
    item = card(engineer, "env.secrets")
    answer_in_full(item)
    expect(item.get_by_role("button", name="Review and sign")).to_have_count(0)
    item.get_by_role("button", name="Ask for a sign-off").click()
    engineer.get_by_role("dialog").get_by_label("Amina El-Sayed").check()
    engineer.get_by_role("dialog").get_by_role("button", name="Ask", exact=True).click()
    expect(item.locator(".gh-seal")).to_contain_text("asked of Amina El-Sayed")

    approver = story.open_as("approver")
    item = card(approver, "env.secrets")
    item.get_by_role("button", name="Review and sign").click()
    dialog = approver.get_by_role("dialog")
    expect(dialog).to_contain_text("state that it is met")
    dialog.get_by_label("Your password").fill("not my password")
    dialog.get_by_role("button", name="Sign it").click()
    expect(dialog.get_by_role("alert").first).to_contain_text("That is not your password")
    dialog.get_by_label("Your password").fill(demo_password())
    dialog.get_by_role("button", name="Sign it").click()
    expect(item.locator(".gh-seal")).to_contain_text("Signed by")
    expect(dialog).to_have_count(0)

    engineer.reload()
    item = card(engineer, "env.secrets")
    expect(item.locator(".gh-points input[type=checkbox]").first).to_be_disabled()
    item.get_by_text("Reopen", exact=True).click()
    item.get_by_label("Because").fill("The vault was moved.")
    item.get_by_role("button", name="Reopen it").click()
    expect(item.locator(".gh-seal--void")).to_contain_text("The vault was moved.")
    expect(item.locator(".gh-points input[type=checkbox]").first).to_be_enabled()
    answer = story.answer("env.secrets")
    assert answer.signoff is None
    assert answer.signoffs.count() == 1


def test_a_second_signature_in_the_session_asks_for_no_password(story: Story) -> None:
    engineer = story.open_as("engineer")
    for key in ("env.secrets", "env.configuration"):
        answer_in_full(card(engineer, key))
    approver = story.open_as("approver")
    for number, key in enumerate(("env.secrets", "env.configuration")):
        item = card(approver, key)
        item.get_by_role("button", name="Review and sign").click()
        dialog = approver.get_by_role("dialog")
        password = dialog.get_by_label("Your password")
        expect(password).to_have_count(0 if number else 1)
        if not number:
            password.fill(demo_password())
        dialog.get_by_role("button", name="Sign it").click()
        expect(item.locator(".gh-seal")).to_contain_text("Signed by")


def test_the_review_is_worked_with_the_keyboard_alone(story: Story) -> None:
    page = story.open_as("engineer")
    page.locator("body").press("j")
    page.keyboard.press("x")
    first = page.locator("details.gh-item").first
    expect(first.locator(".gh-points li").first).to_contain_text("Saved")

    page.keyboard.press("x")
    expect(first.locator(".gh-points li").nth(1)).to_contain_text("Saved")


def test_refused_evidence_leaves_everything_in_place_and_the_next_try_works(story: Story, watch: Watch) -> None:
    watch.expect("422")
    page = story.open_as("engineer")
    item = card(page, "env.secrets")
    item.get_by_role("button", name="Add evidence").click()
    item.get_by_role("textbox", name="Link").fill("https://ci.example.com/1")
    item.get_by_role("button", name="Attach it").click()
    expect(item.locator(".gh-evi")).to_have_count(1)

    item.get_by_role("button", name="Add evidence").click()
    scan = {"name": "scan.txt", "mimeType": "text/plain", "buffer": b"no secret was found\n"}
    item.locator("input[type=file]").set_input_files(scan)
    item.get_by_role("textbox", name="Link").fill("no address")
    item.get_by_role("button", name="Attach it").click()
    expect(item.locator(".gh-fielderr").first).to_be_visible()
    expect(item.locator(".gh-evi")).to_have_count(1)
    expect(item.get_by_role("textbox", name="Link")).to_have_value("no address")

    item.get_by_role("textbox", name="Link").fill("")
    item.get_by_role("button", name="Attach it").click()
    expect(item.get_by_role("link", name="scan.txt")).to_be_visible()
    expect(item.locator(".gh-evi")).to_have_count(2)


def test_an_item_that_changed_under_the_signer_is_shown_anew_and_signed_by_one_more_click(
    story: Story, watch: Watch
) -> None:
    watch.expect("412")
    engineer = story.open_as("engineer")
    mine = card(engineer, "env.secrets")
    answer_in_full(mine)
    approver = story.open_as("approver")
    item = card(approver, "env.secrets")
    item.get_by_role("button", name="Review and sign").click()
    dialog = approver.get_by_role("dialog")
    expect(dialog).to_contain_text("scan.txt")

    note = mine.get_by_role("textbox", name="What there is to say")
    note.fill("Keys turn every 30 days.")
    note.press("Control+s")
    expect(mine.locator(".gh-item-text")).to_contain_text("Saved")
    dialog.get_by_label("Your password").fill(demo_password())
    dialog.get_by_role("button", name="Sign it").click()

    expect(dialog.get_by_role("alert")).to_contain_text("after you opened it")
    expect(dialog).to_contain_text("Keys turn every 30 days.")
    expect(item.locator(".gh-item-text")).to_contain_text("Keys turn every 30 days.")
    dialog.get_by_role("button", name="Sign it").click()
    expect(item.locator(".gh-seal")).to_contain_text("Signed by")
    assert story.answer("env.secrets").is_signed


def test_a_reason_that_is_missing_is_said_in_the_menu_that_stays_open(story: Story, watch: Watch) -> None:
    watch.expect("422")
    page = story.open_as("engineer")
    item = card(page, "env.secrets")
    item.locator(".gh-point-menu summary").first.click()
    item.get_by_role("button", name="Set aside").first.click()
    expect(item.get_by_role("alert")).to_contain_text("Say why it does not apply.")
    reason = item.get_by_label("Does not apply, because").first
    expect(reason).to_be_focused()
    reason.fill("No key is used.")
    item.get_by_role("button", name="Set aside").first.click()
    expect(item.locator(".gh-points li").first).to_contain_text("Does not apply: No key is used.")


def test_words_survive_a_lost_connection_and_nothing_looks_saved_that_is_not(story: Story, watch: Watch) -> None:
    for line in ("htmx:sendError", "htmx:afterRequest", "ERR_INTERNET_DISCONNECTED"):
        watch.expect(line)
    page = story.open_as("engineer")
    item = card(page, "env.secrets")
    page.context.set_offline(True)
    item.locator(".gh-points input[type=checkbox]").first.click()
    expect(page.locator("#toasts")).to_contain_text("No connection. Nothing was saved")
    expect(item.locator(".gh-points input[type=checkbox]").first).not_to_be_checked()
    rate(item, "yellow")
    expect(item.get_by_role("radio", name="Yellow")).not_to_be_checked()
    note = item.get_by_role("textbox", name="What there is to say")
    note.fill("Keys turn every 30 days.")
    note.press("Control+s")
    expect(note).to_have_value("Keys turn every 30 days.")

    page.context.set_offline(False)
    page.reload()
    item = card(page, "env.secrets")
    note = item.get_by_role("textbox", name="What there is to say")
    expect(note).to_have_value("Keys turn every 30 days.")
    expect(item.locator(".gh-draftnote")).to_contain_text("it is not saved yet")
    assert story.answer("env.secrets").text == ""
    note.press("Control+s")
    expect(item.locator(".gh-item-text")).to_contain_text("Saved")
    assert story.answer("env.secrets").text == "Keys turn every 30 days."
    page.reload()
    expect(card(page, "env.secrets").locator(".gh-draftnote")).to_have_count(0)
