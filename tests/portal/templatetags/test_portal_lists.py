"""Lists keep their state in the address: filters, order, page and the export of exactly what is shown."""

import html
from typing import Any
from urllib.parse import parse_qs

import django_tables2
import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Template
from django.template.context import RequestContext
from django.test import RequestFactory


class Filters(forms.Form):
    q = forms.CharField(label="Service or person", required=False)
    team = forms.ChoiceField(
        label="Team", required=False, choices=[("", "Any team"), ("1", "Risk & Models"), ("2", "Search")]
    )
    late = forms.BooleanField(label="Overdue only", required=False)
    since = forms.DateField(label="Since", required=False)


class Table(django_tables2.Table):
    name = django_tables2.Column("Service")
    items = django_tables2.Column("Items", attrs={"td": {"class": "gh-num"}})
    note = django_tables2.Column("Note", attrs={"td": {"data-label": ""}})
    go = django_tables2.Column("", orderable=False, empty_values=())


def shown(source: str, address: str = "/list/", **context: Any) -> str:
    request = RequestFactory().get(address)
    return Template(source).render(RequestContext(request, {**context, "request": request}))


def shown_table(address: str) -> str:
    request = RequestFactory().get(address)
    rows = [{"name": name, "items": 3, "note": "<b>x</b>"} for name in ("alpha", "beta", "gamma")]
    table = Table(rows)
    django_tables2.RequestConfig(request, paginate={"per_page": 2}).configure(table)
    return shown("{% load django_tables2 %}{% render_table table %}", address, table=table)


def test_a_change_keeps_the_other_parameters_and_begins_at_the_first_page() -> None:
    address = shown("{% query sort='name' %}", "/list/?team=1&team=2&page=4&sort=old")
    assert parse_qs(address.lstrip("?").replace("&amp;", "&")) == {"team": ["1", "2"], "sort": ["name"]}


def test_turning_the_page_keeps_everything() -> None:
    assert shown("{% query page=3 %}", "/list/?team=1&page=2") == "?team=1&amp;page=3"


def test_a_parameter_without_a_value_goes() -> None:
    assert shown("{% query team=None %}", "/list/?team=1") == "?"


def test_a_query_cannot_break_out_of_its_attribute() -> None:
    assert '"' not in shown("{% query sort='name' %}", '/list/?q="><script>')


def test_each_filter_that_is_on_is_a_chip_in_words_that_takes_it_off() -> None:
    form = Filters({"q": "fraud", "team": "1", "late": "on"})
    each = "{% for chip in on %}{{ chip.label }}={{ chip.words }}={{ chip.without }}\n{% endfor %}"
    page = shown("{% active_filters form as on %}" + each, "/list/?q=fraud&team=1&late=on&sort=name", form=form)
    assert html.unescape(page).splitlines() == [
        "Service or person=fraud=?team=1&late=on&sort=name",
        "Team=Risk & Models=?q=fraud&late=on&sort=name",
        "Overdue only=yes=?q=fraud&team=1&sort=name",
    ]


def test_filters_that_make_no_sense_are_named_and_nothing_is_on() -> None:
    page = shown('{% include "components/_filters.html" %}', "/list/?since=soon", form=Filters({"since": "soon"}))
    assert "Since: Enter a valid date." in page
    assert "gh-chip" not in page


def test_a_filter_without_room_for_a_label_is_named_all_the_same() -> None:
    page = shown('{% include "components/_filters.html" %}', form=Filters({}))
    assert 'placeholder="Service or person"' in page
    assert 'aria-label="Team"' in page


def test_applying_a_filter_keeps_the_order() -> None:
    page = shown('{% include "components/_filters.html" %}', "/list/?sort=-items", form=Filters({}))
    assert '<input type="hidden" name="sort" value="-items">' in page


def test_the_first_cell_heads_its_row_and_the_others_say_what_they_are_on_a_phone() -> None:
    page = shown_table("/list/")
    assert '<th scope="row" role="rowheader">alpha</th>' in page
    assert 'class="gh-num" data-label="Items"' in page
    assert 'data-label="Note"' not in page


def test_a_cell_is_escaped() -> None:
    assert "<b>x</b>" not in shown_table("/list/")


@pytest.mark.parametrize(("sort", "said", "turned"), [("name", "ascending", "-name"), ("-name", "descending", "name")])
def test_a_sorted_head_says_how_and_turns_the_order_round(sort: str, said: str, turned: str) -> None:
    page = shown_table(f"/list/?team=1&sort={sort}")
    assert f'aria-sort="{said}"' in page
    assert f'href="?team=1&amp;sort={turned}"' in page


def test_a_head_without_words_is_named_for_who_cannot_see() -> None:
    assert '<span class="visually-hidden">Actions</span>' in shown_table("/list/")


def test_the_export_is_of_exactly_what_is_shown() -> None:
    assert 'href="?team=1&amp;sort=name&amp;_export=csv"' in shown_table("/list/?team=1&sort=name&page=2")


def test_the_pager_says_which_rows_these_are() -> None:
    page = Paginator(range(120), 25).get_page(2)
    text = shown('{% include "components/_pager.html" with page=page noun="events" %}', "/list/?page=2&q=x", page=page)
    assert "26 to 50 of 120 events" in text
    assert 'rel="prev" href="?q=x&amp;page=1"' in text
    assert 'rel="next" href="?q=x&amp;page=3"' in text


def test_a_short_list_has_no_pages_and_an_empty_one_no_export() -> None:
    source = '{% include "components/_pager.html" %}'
    assert "<nav" not in shown(source, page=Paginator(range(3), 25).get_page(1))
    assert "CSV" not in shown(source, page=Paginator([], 25).get_page(1))
