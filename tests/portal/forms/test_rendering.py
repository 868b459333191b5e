"""A form says what each field is for and why it was refused, to the eye and to a screen reader."""

import re

import pytest
from django import forms

HOSTILE = "<script>alert(1)</script>"


class Waiver(forms.Form):
    reason = forms.CharField(label="Reason", help_text="Why it cannot be met now.", widget=forms.Textarea)
    until = forms.DateField(label="Expires", widget=forms.DateInput(attrs={"type": "date", "class": "gh-auto"}))
    tracker = forms.URLField(label="Tracker", required=False, assume_scheme="https")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "One item"), ("b", "Two")], widget=forms.RadioSelect)
    sure = forms.BooleanField(label="The lead knows")
    revision = forms.IntegerField(widget=forms.HiddenInput)


def refused(**values: str) -> str:
    return str(Waiver({"revision": "4", **values}))


def control(page: str, name: str) -> str:
    found = re.search(rf'<(?:input|textarea|select)[^>]*name="{name}"[^>]*>', page)
    assert found, name
    return found[0]


def test_every_control_has_its_label() -> None:
    page = str(Waiver())
    for name in ("reason", "until", "tracker", "sure"):
        assert f'for="id_{name}"' in page


def test_a_field_that_may_stay_empty_says_so() -> None:
    page = str(Waiver())
    assert page.count('<span class="gh-optional">optional</span>') == 1


def test_a_group_is_a_fieldset_with_its_question() -> None:
    assert re.search(r"<fieldset[^>]*><legend[^>]*>Kind", str(Waiver()))


def test_hint_and_reason_are_tied_to_the_control() -> None:
    page = refused()
    described = re.search(r'aria-describedby="([^"]+)"', control(page, "reason"))
    assert described
    for name in described[1].split():
        assert f'id="{name}"' in page
    assert 'aria-invalid="true"' in control(page, "reason")


def test_a_refused_form_lists_its_mistakes_as_links_to_the_fields() -> None:
    page = refused(reason="No time.", sure="on", kind="a")
    assert "1 thing needs another look" in page
    assert '<a href="#id_until">Expires: This is missing.</a>' in page


def test_several_mistakes_are_counted() -> None:
    assert "4 things need another look" in refused()


def test_what_was_typed_is_still_there() -> None:
    page = refused(reason="Business figures come in January.", until="soon")
    assert "Business figures come in January." in page
    assert 'value="soon"' in page


@pytest.mark.parametrize("name", ["reason", "tracker"])
def test_markup_that_was_typed_stays_text(name: str) -> None:
    assert "<script" not in refused(**{name: HOSTILE})


def test_markup_in_a_reason_stays_text() -> None:
    form = Waiver({})
    form.add_error("reason", HOSTILE)
    form.add_error(None, HOSTILE)
    assert "<script" not in str(form)


def test_a_mistake_of_the_whole_form_is_said_at_its_head() -> None:
    form = Waiver({"reason": "x", "until": "2027-01-01", "kind": "a", "sure": "on", "revision": "4"})
    form.add_error(None, "The third renewal needs a decider.")
    assert "The third renewal needs a decider." in str(form)


def test_a_class_of_the_form_joins_the_one_of_the_look() -> None:
    assert 'class="form-control gh-auto"' in control(str(Waiver()), "until")


def test_a_hidden_field_stays_hidden_and_bare() -> None:
    page = str(Waiver(initial={"revision": 4}))
    assert 'type="hidden"' in control(page, "revision")
    assert "class" not in control(page, "revision")


def test_a_text_that_is_too_long_is_refused_whole_and_never_cut_by_the_browser() -> None:
    class Note(forms.Form):
        words = forms.CharField(max_length=3, widget=forms.Textarea)

    page = str(Note({"words": "four"}))

    assert "maxlength" not in page
    assert "four</textarea>" in page
    assert "This has 4 characters; 3 is the most." in page
