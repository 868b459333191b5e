"""The rows of a typed table that has an order are moved, added and taken away by keyboard, and sent as they stand."""

import pytest
from django import forms
from playwright.sync_api import Page, expect

from portal.forms.documents import RowsField
from portal.rules.document_fields import Column, DocumentField, FieldKind
from tests.portal.scripts.conftest import Show

pytestmark = pytest.mark.journey

FIELD = DocumentField("steps", "Steps", FieldKind.ROWS, columns=(Column("title", "Step"),))
TITLES = "[...document.querySelectorAll('[data-row] input')].map((one) => one.value)"
SENT = "[...new FormData(document.querySelector('main form')).entries()].map((pair) => pair.join('='))"


class Ordered(forms.Form):
    steps = RowsField(FIELD, is_ordered=True)


def form() -> str:
    rows = Ordered(initial={"steps": [{"title": "A"}, {"title": "B"}]})["steps"]
    return f'<form method="post" action="/sent/">{rows}<button>Save</button></form>'


def press(page: Page, row: int, name: str) -> None:
    page.locator("[data-row]").nth(row).get_by_role("button", name=name).focus()
    page.keyboard.press("Enter")


def test_a_row_moves_by_keyboard_and_keeps_the_focus(show: Show) -> None:
    page = show(form())
    press(page, 1, "Move this row up")
    assert page.evaluate(TITLES) == ["B", "A", ""]
    assert page.evaluate(SENT) == ["steps-0-title=B", "steps-1-title=A", "steps-2-title="]
    expect(page.get_by_text("Row 2 is row 1 now.")).to_be_attached()
    first = page.locator("[data-row]").nth(0)
    expect(first.get_by_role("button", name="Move this row down")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate(TITLES) == ["A", "B", ""]


def test_a_row_is_added_filled_moved_and_another_taken_away(show: Show) -> None:
    page = show(form())
    page.get_by_role("button", name="Add a row").click()
    page.keyboard.type("C")
    for row in (3, 2):
        press(page, row, "Move this row up")
    assert page.evaluate(TITLES) == ["A", "C", "B", ""]
    press(page, 0, "Take this row away")
    assert page.evaluate(SENT) == ["steps-0-title=C", "steps-1-title=B", "steps-2-title="]


def test_the_first_row_offers_no_way_up_and_the_last_no_way_down(show: Show) -> None:
    page = show(form())
    rows = page.locator("[data-row]")
    expect(rows.first.locator("[data-row-move=up]")).to_be_hidden()
    expect(rows.first.locator("[data-row-move=down]")).to_be_visible()
    expect(rows.last.locator("[data-row-move=down]")).to_be_hidden()
