"""Every page in both themes, on a desk and on a phone: no violation of WCAG 2.2 AA, nothing wider than the screen.

What is looked at is the list of places that all such tests share; a page that is missing there fails. What a page
shows only after a click (menus, dialogs, opened items, refused forms) is looked at in the same way.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Locator, Page, expect

from portal import demo, first_link
from portal.models import User
from tests.harness import accessibility, places, portals
from tests.harness.browsers import Watch
from tests.harness.databases import Templates
from tests.harness.places import APPROVER, WITH_FACTORS, Place
from tests.harness.portals import Portal

pytestmark = pytest.mark.axe

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
BEFORE_SIGN_IN = {"start", "mfa_authenticate"}
"""Looked at in tests of their own."""
OF_OTHERS = {"api_trial": ("#api-trial",)}
"""What a library draws: its way of trying the API is offered beside our documentation, which says all of it."""
EVERY_STATE = "/services/kyc-face-match/reviews/1/"
"""A review with items in every colour, signed and not."""
NAMES = sorted(places.names_of_pages() - BEFORE_SIGN_IN)

Cookies = dict[tuple[str, bool], str]


@pytest.fixture(scope="session")
def known(shared_portal: Portal, django_db_blocker: Any) -> dict[str, Place]:
    """Every place of the running demonstration."""
    with django_db_blocker.unblock(), shared_portal.database.in_use():
        places.furnish()
        return {place.name: place for place in places.everywhere()}


@pytest.fixture(scope="session")
def sessions(shared_portal: Portal, known: dict[str, Place], django_db_blocker: Any) -> Cookies:
    """A session of everybody who comes somewhere; of those who have to have proven who they are, another."""
    with django_db_blocker.unblock(), shared_portal.database.in_use():
        who = {(place.who, place.proven) for place in known.values() if place.who}
        return {(email, proven): _session(email, proven=proven) for email, proven in who}


def _session(email: str, *, proven: bool) -> str:
    client = Client()
    client.force_login(User.objects.get(email=email))
    if proven:
        client.post("/profile/proof/", {"password": demo.PASSWORD})
    return client.cookies["sessionid"].value


@pytest.fixture
def desk(open_page: Callable[..., Page], shared_portal: Portal) -> Page:
    """A page of the demonstration on a large screen."""
    return open_page(shared_portal, viewport=DESK, color_scheme="light")


Go = Callable[..., Page]


@pytest.fixture
def go(desk: Page, shared_portal: Portal, known: dict[str, Place], sessions: Cookies) -> Go:
    """Opens a place as whoever comes there, or as somebody else."""

    def to(name: str, who: str | None = None) -> Page:
        place = known[name]
        if email := who or place.who:
            session = sessions[email, place.proven]
            desk.context.add_cookies([{"name": "sessionid", "value": session, "url": shared_portal.url}])
        answer = desk.goto(place.path)
        assert answer is not None
        assert answer.status == place.status
        return desk

    return to


def looked_at(page: Page, within: str = "html", others: tuple[str, ...] = ()) -> list[str]:
    """What is wrong with a page as it stands, or a part of it, in both themes and on both screens."""

    def found(where: str, rules: dict[str, Any]) -> list[str]:
        return [f"{where}: {line}" for line in accessibility.violations(page, rules, within=within, others=others)]

    lines = found("desk, light", accessibility.ALL)
    page.emulate_media(color_scheme="dark")
    lines += found("desk, dark", accessibility.COLOURS)
    page.set_viewport_size(PHONE)
    lines += found("phone, dark", accessibility.ALL)
    page.emulate_media(color_scheme="light")
    lines += found("phone, light", accessibility.COLOURS)
    if accessibility.is_wider_than_the_screen(page):
        lines.append("phone: the page scrolls sideways")
    return lines


def test_every_page_is_looked_at(known: dict[str, Place]) -> None:
    assert {name for name, place in known.items() if place.is_page} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_accessible(name: str, go: Go) -> None:
    assert looked_at(go(name), others=OF_OTHERS.get(name, ())) == []


@pytest.mark.parametrize("menu", ["More", "Your account"])
def test_an_open_menu_is_accessible(menu: str, go: Go) -> None:
    page = go("my_items")
    page.get_by_role("banner").locator("summary", has_text=menu).click()
    expect(page.locator("details.gh-menu[open] .gh-menu-list")).to_be_visible()
    assert looked_at(page, "header.gh-topbar") == []


def test_the_list_of_keys_is_accessible(go: Go) -> None:
    page = go("my_items")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    assert looked_at(page, "dialog[open]") == []


def opened(page: Page, state: str) -> Locator:
    """The first item of a review in this state, opened."""
    shown = page.locator("summary .gh-item-state", has_text=re.compile(rf"\b{state}\b"))
    found = page.locator("details.gh-item", has=shown).first
    found.locator("summary").first.click()
    return found


def test_opened_items_with_their_forms_are_accessible(go: Go) -> None:
    page = go("review")
    page.goto(EVERY_STATE)
    for state in ("Unanswered", "Yellow", "Green"):
        opened(page, state)
    red = opened(page, "Red")
    red.get_by_role("button", name="Add evidence").click()
    expect(red.get_by_role("button", name="Attach it")).to_be_visible()
    assert looked_at(page, "details.gh-item[open]") == []


def test_items_that_were_carried_reopened_and_answered_elsewhere_are_accessible(go: Go) -> None:
    page = go("review")
    for said in ("Carried from", "To be signed anew", "Answered by", "Answered elsewhere"):
        page.locator("details.gh-item", has=page.get_by_text(said)).first.locator("summary").first.click()
    assert looked_at(page, "details.gh-item[open]") == []


def test_the_dialog_that_signs_is_accessible(go: Go) -> None:
    page = go("review", APPROVER)
    sign = page.get_by_role("button", name="Review and sign", include_hidden=True)
    page.locator("details.gh-item", has=sign).first.locator("summary").first.click()
    sign.first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert looked_at(page, "dialog[open]") == []


def test_the_dialog_that_names_an_owner_is_accessible(go: Go) -> None:
    page = go("service_ownership")
    page.locator("[hx-target='#ownership-dialog']").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert looked_at(page, "dialog[open]") == []


def test_picked_items_and_their_refused_change_are_accessible(go: Go, watch: Watch) -> None:
    watch.expect("422")
    page = go("action_items")
    bar = page.get_by_role("form", name="Change what is picked")
    expect(bar).to_be_hidden()
    page.get_by_role("checkbox", name=re.compile("^Pick: ")).first.check()
    expect(bar).to_contain_text("1 picked")
    assert looked_at(page, "main") == []
    page.set_viewport_size(DESK)
    bar.get_by_label("State").select_option("Dropped")
    bar.get_by_role("button", name="Change them").click()
    expect(page.get_by_role("heading", name="Nothing was changed")).to_be_visible()
    assert looked_at(page, "main") == []


@pytest.mark.parametrize(
    ("name", "button"),
    [
        ("service_register", "Register it"),
        ("release_plan", "Plan it"),
        ("drill_record", "Record"),
        ("token_issue", "Make the token"),
        ("decide", "Record no-go"),
        ("account_login", "Sign in"),
    ],
)
def test_a_refused_form_is_accessible(name: str, button: str, go: Go, watch: Watch) -> None:
    """Emptied and sent past what the browser itself would ask for: it comes back with a reason at each field."""
    watch.expect("422")
    page = go(name)
    form = page.get_by_role("main").locator("form", has=page.get_by_role("button", name=button)).last
    form.evaluate(
        "form => { form.noValidate = true; form.querySelectorAll('input[required]').forEach(one => one.value = '') }"
    )
    form.get_by_role("button", name=button).last.click()
    expect(page.locator("main [aria-invalid=true]").first).to_be_visible()
    assert looked_at(page, "main") == []


@pytest.mark.parametrize(("address", "words"), [("/services/no-such/", "404"), ("/people/add/", "403")])
def test_an_error_page_is_accessible(address: str, words: str, go: Go, watch: Watch) -> None:
    watch.expect(words)
    page = go("my_items")
    page.goto(address)
    expect(page.get_by_role("main")).to_be_visible()
    assert looked_at(page) == []


def test_the_second_step_of_signing_in_is_accessible(known: dict[str, Place], desk: Page) -> None:
    desk.goto(known["account_login"].path)
    desk.get_by_label("E-mail").fill(WITH_FACTORS)
    desk.get_by_label("Password").fill(demo.PASSWORD)
    desk.get_by_role("button", name="Sign in").click()
    desk.wait_for_url("**/second-factor/")
    assert looked_at(desk) == []


@pytest.fixture
def new_installation(database_templates: Templates, django_db_blocker: Any) -> Iterator[tuple[Portal, str]]:
    """A portal where nobody is administrator yet, and the path of its first page."""
    with database_templates.copy("empty") as database, portals.running(database, worker=False, DEMO="false") as portal:
        with django_db_blocker.unblock(), database.in_use():
            address = first_link.address()
        assert address
        yield portal, "/start/" + address.partition("/start/")[2]


def test_the_first_page_of_an_installation_is_accessible(
    new_installation: tuple[Portal, str], open_page: Callable[..., Page]
) -> None:
    portal, path = new_installation
    page = open_page(portal, viewport=DESK, color_scheme="light")
    page.goto(path)
    expect(page.get_by_role("main")).to_be_visible()
    assert looked_at(page) == []
