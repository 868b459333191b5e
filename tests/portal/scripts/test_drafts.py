"""Text that is not saved is never lost, and never comes back once it is saved."""

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.harness.browsers import Watch
from tests.portal.scripts.conftest import Show, in_the_shell

pytestmark = pytest.mark.journey

SAVING = """
<div id="place"></div>
<form hx-post="/save/" hx-target="#place" hx-trigger="change from:find textarea, save from:find textarea">
  <textarea name="text" data-draft="item:7" aria-label="What there is to say">as saved</textarea>
</form>"""
SENDING = """
<form method="post" action="/comment/"><textarea name="text" data-draft="comment:7" aria-label="Comment"></textarea>
<button>Comment</button></form>"""


def field(page: Page) -> str:
    return page.get_by_role("textbox").last.input_value()


def write(page: Page, text: str) -> None:
    page.get_by_role("textbox").last.fill(text)


def test_what_was_typed_is_there_after_the_page_is_loaded_again_and_says_so(show: Show) -> None:
    page = show(SAVING)
    write(page, "a thought in progress")
    page.reload()
    assert field(page) == "a thought in progress"
    expect(page.get_by_text("it is not saved yet")).to_be_visible()


def test_going_back_to_the_saved_text_forgets_the_draft(show: Show) -> None:
    page = show(SAVING)
    write(page, "a thought in progress")
    page.reload()
    page.get_by_role("button", name="Go back to the saved text").click()
    assert field(page) == "as saved"
    page.reload()
    assert field(page) == "as saved"


def test_ctrl_s_saves_and_nothing_comes_back(show: Show) -> None:
    page = show(SAVING, {"/save/": "<p>Saved</p>"})
    write(page, "finished")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    page.reload()
    assert field(page) == "as saved"


def test_a_broken_server_keeps_the_draft(show: Show, watch: Watch) -> None:
    watch.expect("500")
    page = show(SAVING, {"/save/": lambda route: route.fulfill(status=500, body="")})
    write(page, "finished")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Your text is still in the field")).to_be_visible()
    page.reload()
    assert field(page) == "finished"


def test_a_lost_connection_keeps_the_draft(show: Show, watch: Watch) -> None:
    watch.expect("ERR_INTERNET_DISCONNECTED")
    watch.expect("htmx:")
    page = show(SAVING, {"/save/": lambda route: route.abort("internetdisconnected")})
    write(page, "finished")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("No connection")).to_be_visible()
    page.reload()
    assert field(page) == "finished"


def test_a_form_that_was_taken_leaves_an_empty_field(show: Show) -> None:
    page = show(SENDING, {"/comment/": in_the_shell(SENDING)})
    write(page, "the retry budget is 3")
    page.get_by_role("button", name="Comment").click()
    page.wait_for_url("**/comment/")
    assert field(page) == ""


def test_a_draft_is_of_one_field_only(show: Show) -> None:
    page = show(SAVING + SENDING.replace("comment:7", "comment:8"))
    write(page, "a comment")
    page.reload()
    assert page.get_by_label("What there is to say").input_value() == "as saved"
    assert field(page) == "a comment"


def test_a_long_form_with_changes_asks_before_it_is_left(show: Show) -> None:
    page = show('<form data-confirm-leave><label>Name <input name="name"></label></form>')
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.reload()
    assert asked == []
    page.get_by_label("Name").fill("x")
    page.reload()
    assert asked == ["beforeunload"]


ASKING = """
<button data-dialog="asking">Ask</button>
<dialog id="asking"><form method="post" action="/ask/"><textarea name="reason" aria-label="Reason"></textarea>
<button type="button" data-close>Not now</button></form></dialog>"""


def test_a_dialog_that_is_closed_by_mistake_keeps_what_was_typed(show: Show) -> None:
    page = show(ASKING)
    page.get_by_role("button", name="Ask").click()
    write(page, "The region is not ready.")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.reload()
    page.get_by_role("button", name="Ask").click()

    assert field(page) == "The region is not ready."
