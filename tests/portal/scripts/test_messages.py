"""Short messages: one at a time, said to screen readers, and never instead of what was typed."""

import json

import pytest
from playwright.sync_api import Route, expect

from tests.harness.browsers import Watch
from tests.portal.scripts.conftest import Show, fragment

pytestmark = pytest.mark.journey

ACT = '<button hx-post="/act/" hx-target="#place">Act</button><div id="place">as it was</div>'


def saying(**toast: object) -> object:
    def answer(route: Route) -> None:
        route.fulfill(body="", headers={"HX-Trigger": json.dumps({"toast": toast}), "HX-Reswap": "none"})

    return answer


def test_a_message_is_shown_and_said(show: Show) -> None:
    page = show(ACT, {"/act/": saying(text="Rated green")})
    page.get_by_role("button", name="Act").click()
    expect(page.locator(".gh-toast")).to_contain_text("Rated green")
    expect(page.locator("#live")).to_have_text("Rated green")


def test_a_message_goes_by_itself_but_not_while_it_is_looked_at(show: Show) -> None:
    page = show(ACT, {"/act/": saying(text="Rated green")})
    page.clock.install()
    page.reload()
    page.get_by_role("button", name="Act").click()
    page.locator(".gh-toast").hover()
    page.clock.run_for(20_000)
    expect(page.locator(".gh-toast")).to_be_visible()
    page.get_by_role("button", name="Act").hover()
    page.clock.run_for(7_000)
    expect(page.locator(".gh-toast")).to_have_count(0)


def test_a_bad_message_stays_until_it_is_closed(show: Show) -> None:
    page = show(ACT, {"/act/": saying(text="Not saved", bad=True)})
    page.clock.install()
    page.reload()
    page.get_by_role("button", name="Act").click()
    page.clock.run_for(60_000)
    expect(page.get_by_role("alert")).to_contain_text("Not saved")
    page.get_by_role("button", name="Close this message").click()
    page.clock.run_for(100)
    expect(page.locator(".gh-toast")).to_have_count(0)


def test_markup_in_a_message_is_text(show: Show) -> None:
    page = show(ACT, {"/act/": saying(text="<b>x</b>")})
    page.get_by_role("button", name="Act").click()
    expect(page.locator(".gh-toast [data-text]")).to_have_text("<b>x</b>")


def test_undo_is_one_press(show: Show) -> None:
    undone: list[str] = []

    def undo(route: Route) -> None:
        undone.append(route.request.method)
        route.fulfill(body="")

    page = show(ACT, {"/act/": saying(text="Rated green", post="/undo/"), "/undo/": undo})
    page.get_by_role("button", name="Act").click()
    with page.expect_response("**/undo/"):
        page.get_by_role("button", name="Undo").click()
    assert undone == ["POST"]
    expect(page.locator(".gh-toast")).to_have_count(0)


def test_a_refusal_is_said_and_changes_nothing_on_the_page(show: Show, watch: Watch) -> None:
    watch.expect("403")

    def refuse(route: Route) -> None:
        words = fragment(
            "{% include 'portal/error.html' %}",
            base="components/_bare.html",
            is_fragment=True,
            title="Refused",
            message="This needs the role lead.",
        )
        route.fulfill(status=403, body=words)

    page = show(ACT, {"/act/": refuse})
    page.get_by_role("button", name="Act").click()
    expect(page.get_by_role("alert")).to_contain_text("This needs the role lead.")
    expect(page.locator("#place")).to_have_text("as it was")


def test_a_session_that_ended_leaves_the_page_and_leads_to_sign_in(show: Show) -> None:
    page = show(ACT, {"/act/": '<div class="gh-signin">Sign in</div>'})
    page.get_by_role("button", name="Act").click()
    expect(page.get_by_role("alert")).to_contain_text("Your session ended")
    expect(page.get_by_role("link", name="Sign in")).to_have_attribute("href", "/sign-in/?next=%2F")
    expect(page.locator("#place")).to_have_text("as it was")


def test_a_refused_form_puts_the_focus_on_its_reasons(show: Show, watch: Watch) -> None:
    watch.expect("422")
    reasons = '<div id="reasons" tabindex="-1" data-focus>2 things need another look</div>'
    page = show(ACT, {"/act/": lambda route: route.fulfill(status=422, body=reasons)})
    page.get_by_role("button", name="Act").click()
    expect(page.locator("#reasons")).to_be_focused()


def test_every_writing_request_carries_the_token(show: Show) -> None:
    page = show(ACT, {"/act/": "<p>done</p>"})
    page.context.add_cookies([{"name": "csrftoken", "value": "t0ken", "url": "https://gatehouse.test"}])
    with page.expect_request("**/act/") as caught:
        page.get_by_role("button", name="Act").click()
    assert caught.value.headers["x-csrftoken"] == "t0ken"
