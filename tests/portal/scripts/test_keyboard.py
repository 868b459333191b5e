"""Everything can be reached and done by keyboard, and single letters can be turned off."""

import pytest
from playwright.sync_api import Page, expect

from tests.portal.scripts.conftest import Show

pytestmark = pytest.mark.journey

MENU = """
<details class="gh-menu"><summary>More</summary><div class="gh-menu-list"><a href="#x">Audit trail</a></div></details>
<button id="elsewhere">Elsewhere</button>"""
DIALOG = """
<button data-dialog="sign">Sign</button>
<dialog class="gh-dialog" id="sign"><form><input aria-label="Password"><button type="button" data-close>Not now</button>
</form></dialog>"""
MAP = """
<table data-roving>
  <tr><td><a class="gh-heat" href="#1">a1</a></td><td><a class="gh-heat" href="#2">a2</a></td></tr>
  <tr><td><a class="gh-heat" href="#3">b1</a></td><td><a class="gh-heat" href="#4">b2</a></td></tr>
</table>"""
REVIEW = """
<div data-review-keys><section class="gh-section" id="section-model">
  {% for key in "ab" %}<details class="gh-item" id="{{ key }}"><summary>Item {{ key }}</summary>
    <ul><li><label class="gh-point"><input type="checkbox" aria-label="Point {{ key }}1"></label></li>
    <li><label class="gh-point"><input type="checkbox" aria-label="Point {{ key }}2"></label></li></ul>
    <label><input type="radio" name="{{ key }}" value="red"> Red {{ key }}</label>
    <label><input type="radio" name="{{ key }}" value="green"> Green {{ key }}</label>
    <textarea aria-label="Comment {{ key }}" data-key="c"></textarea></details>{% endfor %}
</section></div><script src="{% static 'js/review.js' %}" type="module"></script>"""


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def test_escape_closes_a_menu_and_gives_the_focus_back(show: Show) -> None:
    page = show(MENU)
    page.locator("main summary").click()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Audit trail")).to_be_hidden()
    assert focused(page) == "More"


@pytest.mark.parametrize("way", ["press", "tab"])
def test_leaving_a_menu_closes_it(show: Show, way: str) -> None:
    page = show(MENU)
    page.locator("main summary").click()
    if way == "press":
        page.locator("#elsewhere").click()
    else:
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Audit trail")).to_be_hidden()


def test_a_dialog_opens_on_its_field_and_closes_without_a_trace(show: Show) -> None:
    page = show(DIALOG)
    page.get_by_role("button", name="Sign").click()
    expect(page.get_by_label("Password")).to_be_focused()
    page.get_by_role("button", name="Not now").click()
    expect(page.locator("#sign")).to_be_hidden()


def test_a_dialog_that_the_server_sends_opens_at_once(show: Show) -> None:
    page = show(
        '<button hx-get="/dialog/" hx-target="#place">Sign</button><div id="place"></div>',
        {"/dialog/": '<dialog class="gh-dialog" data-open><input aria-label="Password"></dialog>'},
    )
    page.get_by_role("button", name="Sign").click()
    expect(page.get_by_label("Password")).to_be_focused()


def test_the_heat_map_is_one_stop_and_arrows_walk_it(show: Show) -> None:
    page = show(MAP)
    assert page.locator(".gh-heat[tabindex='0']").count() == 1
    page.locator(".gh-heat").first.focus()
    for key, name in (("ArrowRight", "a2"), ("ArrowDown", "b2"), ("Home", "b1"), ("ArrowUp", "a1"), ("End", "a2")):
        page.keyboard.press(key)
        assert focused(page) == name
    assert page.locator(".gh-heat[tabindex='0']").inner_text() == "a2"


def test_a_refused_button_leads_to_its_reasons(show: Show) -> None:
    page = show(
        """<form action="/go/"><button aria-disabled="true" aria-describedby="why">Record go</button></form>
        <p id="why">2 triggers are firing.</p>"""
    )
    page.get_by_role("button", name="Record go").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#why")).to_be_focused()
    assert page.url == "https://gatehouse.test/"


@pytest.mark.parametrize("key", ["Control+k", "/"])
def test_a_key_leads_to_the_search_from_anywhere(show: Show, key: str) -> None:
    page = show('<input type="search" aria-label="Service or person" value="fraud">')
    page.keyboard.press(key)
    field = page.get_by_role("searchbox", name="Search or jump to")
    expect(field).to_be_focused()
    expect(field).to_have_value("")


def test_a_slash_that_is_typed_is_a_sign_and_leads_nowhere(show: Show) -> None:
    page = show('<input type="search" aria-label="Service or person" value="fraud">')
    page.get_by_label("Service or person").focus()
    page.keyboard.press("End")
    page.keyboard.press("/")
    expect(page.get_by_label("Service or person")).to_be_focused()
    expect(page.get_by_label("Service or person")).to_have_value("fraud/")


def test_the_letters_walk_rate_and_tick_a_review(show: Show) -> None:
    page = show(REVIEW)
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert focused(page) == "Item b"
    page.keyboard.press("3")
    expect(page.get_by_label("Green b")).to_be_checked()
    page.keyboard.press("x")
    expect(page.get_by_label("Point b1")).to_be_checked()
    page.keyboard.press("k")
    page.keyboard.press("c")
    expect(page.get_by_label("Comment a")).to_be_focused()


def test_letters_are_letters_while_one_writes(show: Show) -> None:
    page = show(REVIEW)
    page.keyboard.press("j")
    page.keyboard.press("c")
    page.keyboard.type("jx3?")
    assert page.get_by_label("Comment a").input_value() == "jx3?"
    expect(page.get_by_label("Green a")).not_to_be_checked()
    expect(page.locator("#keys")).to_be_hidden()


def test_letters_can_be_turned_off_for_good(show: Show) -> None:
    page = show(REVIEW)
    page.keyboard.press("?")
    page.get_by_label("Keys of a single letter work").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("j")
    page.keyboard.press("?")
    assert page.locator(".gh-item--now").count() == 0
    expect(page.locator("#keys")).to_be_hidden()


def test_an_address_that_names_an_item_opens_it(show: Show) -> None:
    page = show(REVIEW, path="/#b")
    expect(page.locator("#b")).to_have_attribute("open", "")
    expect(page.locator("#a")).not_to_have_attribute("open", "")
