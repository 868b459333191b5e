"""A long list of boxes is narrowed while one types; what is ticked stays in sight."""

import pytest
from django import forms
from playwright.sync_api import expect

from portal.forms.fields import SearchedTicks
from tests.portal.scripts.conftest import Show

pytestmark = pytest.mark.journey

SERVICES = ("Fraud Scoring", "Claims Triage", "Café Übersicht", *(f"Sorter {number}" for number in range(9)))


class Affected(forms.Form):
    services = forms.MultipleChoiceField(choices=[(name, name) for name in SERVICES], widget=SearchedTicks)


def test_what_one_types_narrows_the_list_and_what_is_ticked_stays(show: Show) -> None:
    page = show(f'<form action="/sent/">{Affected()}</form>')
    words = page.get_by_role("searchbox", name="Find in the list")
    expect(page.get_by_text("0 of 12 chosen")).to_be_visible()
    page.get_by_role("checkbox", name="Claims Triage").check()
    words.fill("cafe uber")
    expect(page.get_by_role("checkbox", name="Café Übersicht")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Claims Triage")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Fraud Scoring")).to_be_hidden()
    expect(page.get_by_text("1 of 12 found, 1 chosen")).to_be_visible()
    words.fill("nothing of the kind")
    expect(page.get_by_text("Nothing in the list is called that.")).to_be_visible()


def test_enter_takes_the_only_one_left_and_sends_nothing(show: Show) -> None:
    page = show(f'<form action="/sent/">{Affected()}</form>')
    words = page.get_by_role("searchbox", name="Find in the list")
    words.fill("sorter")
    words.press("Enter")
    expect(page.get_by_text("9 of 12 found, 0 chosen")).to_be_visible()
    words.fill("fraud")
    words.press("Enter")
    expect(page.get_by_role("checkbox", name="Fraud Scoring")).to_be_checked()
    assert page.url.endswith(".test/")


def test_without_a_script_the_whole_list_stands_there(show: Show) -> None:
    page = show(f"<form>{Affected()}</form>", java_script_enabled=False)
    expect(page.get_by_role("searchbox", name="Find in the list")).to_be_hidden()
    assert page.get_by_role("checkbox").count() == len(SERVICES)
