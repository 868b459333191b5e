"""What forms and lists need of their templates: controls, queries with a parameter replaced, filters that are on."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from django import template
from django.forms import BoundField, CheckboxInput, Form, Select, SelectMultiple
from django.http import QueryDict
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from django_tables2.columns.base import BoundColumn

register = template.Library()

PAGE = "page"
"""The parameter that any other change takes out: a sorted or filtered list begins at its first page."""


@dataclass(frozen=True)
class Chip:
    """A filter that is on: its label, its value in words, and the address without it."""

    label: str
    words: str
    without: str


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """The query of this page with parameters replaced; None or "" takes one out. `{% query sort="name" %}`."""
    return _changed(_parameters(context), changes)


@register.simple_tag(takes_context=True)
def sort_link(context: Context, column: "BoundColumn") -> str:
    """The query that sorts a table by this column, or turns the order round where it is sorted by it already."""
    return _changed(_parameters(context), {column._table.prefixed_order_by_field: column.order_by_alias.next})


@register.simple_tag(takes_context=True)
def active_filters(context: Context, form: Form) -> list[Chip]:
    """The filters that are on, in the order of the form, each with the way to take it off."""
    if not form.is_bound or not form.is_valid():
        return []
    parameters = _parameters(context)
    return [
        Chip(str(field.label), words, _changed(parameters, {field.html_name: None}))
        for field in form.visible_fields()
        if (words := _words(field, form.cleaned_data.get(field.name)))
    ]


@register.filter
def filter_control(field: BoundField) -> SafeString:
    """A filter's control, named by its label where there is no room for one: as placeholder and for screen readers.

    A day shows its label: of an empty one a browser says only how days are written.
    """
    if getattr(field.field.widget, "input_type", "") == "date":
        return format_html('<label class="gh-filterday"><span>{}</span>{}</label>', field.label, field.as_widget())
    attrs: dict[str, str | bool] = {"aria-label": str(field.label)}
    if not isinstance(field.field.widget, Select | SelectMultiple):
        attrs["placeholder"] = str(field.label)
    return field.as_widget(attrs=attrs)


@register.simple_tag
def control(field: BoundField, **attributes: str | bool) -> SafeString:
    """A form's control with attributes of the page's own: `_` becomes `-`, False leaves one out that the form set."""
    return field.as_widget(attrs={name.replace("_", "-"): value for name, value in attributes.items()})


@register.filter
def kind_of_field(field: BoundField) -> Literal["tick", "control"]:
    """How a field is laid out: one box with its label at the right, or a control below its label."""
    return "tick" if isinstance(field.field.widget, CheckboxInput) else "control"


@register.filter
def cell_label(column: "BoundColumn") -> str:
    """What a cell is called once its row is folded into a card on a phone."""
    return str(column.attrs["td"].get("data-label", column.header))


@register.filter
def cell_class(column: "BoundColumn", cell: object) -> str:
    """The classes of a cell. One that says nothing is `is-bare`: a row folded on a phone leaves it out."""
    bare = str(cell).strip() in ("", str(column.default))
    return " ".join(filter(None, (column.attrs["td"].get("class"), "is-bare" if bare else "")))


@register.filter
def mistakes(form: Form) -> list[tuple[BoundField, str]]:
    """Each field of the form that was refused, with its first reason, in the order of the page."""
    return [(field, str(field.errors[0])) for field in form.visible_fields() if field.errors]


def _parameters(context: Context) -> QueryDict:
    request = context.get("request")
    return request.GET.copy() if request is not None else QueryDict(mutable=True)


def _changed(parameters: QueryDict, changes: dict[str, Any]) -> str:
    changed = parameters.copy()
    if PAGE not in changes:
        changed.pop(PAGE, None)
    for key, value in changes.items():
        changed.pop(key, None)
        if value not in (None, ""):
            changed[key] = str(value)
    return f"?{changed.urlencode()}"


def _words(field: BoundField, value: Any) -> str:
    if value is True:
        return "yes"
    if value is None or value is False or value == "" or value == []:
        return ""
    choices = dict(getattr(field.field.widget, "choices", []))
    chosen = value if isinstance(value, list | tuple | set) else [value]
    return ", ".join(str(choices.get(str(one), choices.get(one, one))) for one in chosen)
