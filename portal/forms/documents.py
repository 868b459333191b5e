"""The form of a document, made of its fields: texts with a live preview, lines, and tables of rows."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse_lazy

from portal import canonical
from portal.actions.documents import LONGEST_NOTE, Clash, Clashed, Written
from portal.models import User
from portal.models.documents import AbstractDocument
from portal.rules import document_fields, freshness, typed_rows
from portal.rules.document_fields import DocumentField, FieldGroup

BLANK_ROWS = 1
ARRANGED = "arranged"
PREVIEW = {
    "hx-post": reverse_lazy("portal:markdown_preview"),
    "hx-trigger": "input changed delay:400ms",
    "hx-target": "next .gh-preview",
    "hx-swap": "innerHTML",
    "data-quiet": "",
}


Keepers = tuple["QuerySet[User]", Sequence[Any]]
"""Who may keep a document, and how the form offers them."""


class RowsWidget(forms.Widget):
    """A table that is typed: a line of inputs a row, with one blank row at the end; a script adds more.

    The rows of an `is_ordered` one are moved up and down, added and taken away by buttons that send the form, so that
    it takes no script; what they ask is not to be saved (`is_arranging`). A script does the same without sending.
    """

    template_name = "portal/forms/rows.html"

    def __init__(self, field: DocumentField, *, is_ordered: bool = False) -> None:
        super().__init__()
        self.field = field
        self.is_ordered = is_ordered

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[dict[str, str]]:
        """The rows in the order of their numbers, those of an ordered one as the button that was pressed puts them."""
        named = re.compile(rf"{re.escape(name)}-(\d{{1,4}})-(\w+)")
        rows: dict[int, dict[str, str]] = {}
        for key in data:
            if found := named.fullmatch(key):
                rows.setdefault(int(found[1]), {})[found[2]] = str(data[key])
        if self.is_ordered:
            return typed_rows.arranged(rows, str(data.get(f"{name}-{ARRANGED}", "")))
        return [rows[number] for number in sorted(rows)]

    def is_arranging(self, data: Mapping[str, Any], name: str) -> bool:
        """Whether the form was sent to put its rows in another order, and not to be saved."""
        return f"{name}-{ARRANGED}" in data

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Rows that are all gone were taken away."""
        return False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows = [*(value or ()), *({} for _ in range(BLANK_ROWS))]
        context["columns"] = self.field.columns
        context["rows"] = [self._cells(name, number, row) for number, row in enumerate(rows)]
        context["blank"] = self._cells(name, "__row__", {})
        context["label"] = self.field.label
        context["act"] = f"{name}-{ARRANGED}" if self.is_ordered else ""
        return context

    def _cells(self, name: str, number: object, row: Mapping[str, str]) -> list[dict[str, Any]]:
        return [
            {"column": column, "name": f"{name}-{number}-{column.key}", "value": row.get(column.key, "")}
            for column in self.field.columns
        ]


class RowsField(forms.Field):
    """The rows of a table; what is wrong with one is said at the field, with its number."""

    def __init__(self, field: DocumentField, *, is_ordered: bool = False) -> None:
        widget = RowsWidget(field, is_ordered=is_ordered)
        super().__init__(label=field.label, help_text=field.hint, required=False, widget=widget)

    def to_python(self, value: Any) -> list[dict[str, str]]:
        """The rows that say something."""
        return [row for row in value or () if any(cell.strip() for cell in row.values())]


TERMS = ("describes", "keeper", "review_every", "note", "is_review")
"""What is asked below the document itself; in this order, so that mistakes are listed from the top of the page."""


class DocumentForm(forms.Form):
    """A document's fields and terms. `seen` is the revision it was begun from, 0 for a new one.

    After a clash it begins anew from what stands, with all that was typed (`clashed.together`, and `beside`). Where
    others wrote some of it, whether all of it was gone over is asked anew.
    """

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    keeper = forms.ModelChoiceField(
        label="Who keeps it",
        queryset=User.objects.none(),
        to_field_name="public_id",
        empty_label=None,
        help_text="is reminded when it is to be reviewed",
        error_messages={
            "required": "Choose who keeps it.",
            "invalid_choice": "Choose somebody of the list: only people who can see this service are on it.",
        },
    )
    review_every = forms.TypedChoiceField(label="Reviewed", choices=freshness.EVERY, coerce=int)
    note = forms.CharField(
        label="What you changed, and why",
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text="stands beside the revision, for whoever compares",
    )
    is_review = forms.BooleanField(
        label="I went over all of it: what it says is true today", required=False, help_text="counts as its review"
    )
    groups: Sequence[FieldGroup] = ()

    def __init__(
        self,
        *args: Any,
        keepers: Keepers,
        document: AbstractDocument | None = None,
        clashed: Clashed | None = None,
        **options: Any,
    ) -> None:
        given = _initial(document) if document is not None else {"seen": 0, "review_every": freshness.USUAL}
        given |= {**clashed.together, "seen": clashed.seen} if clashed else {}
        options["initial"] = {**given, **options.get("initial", {})}
        if clashed and clashed.theirs:
            options["initial"]["is_review"] = False
        super().__init__(*args, **options)
        self.clashed = clashed
        self.clashes: Mapping[str, Clash] = clashed.clashes if clashed else {}
        for field in document_fields.fields_of(self.groups):
            self.fields[field.key] = _field(field)
        keeper: Any = self.fields["keeper"]
        keeper.queryset, keeper.choices = keepers
        if document is None:
            del self.fields["note"], self.fields["is_review"]
        self.order_fields([*(name for name in self.fields if name not in TERMS), *TERMS])

    def cards(self) -> list[tuple[FieldGroup, list[forms.BoundField]]]:
        """Each group with its fields as they are shown."""
        return [
            (group, [self[field.key] for field in group.fields if field.key in self.fields]) for group in self.groups
        ]

    def beside(self) -> dict[str, Any]:
        """What was typed about the revision itself: no part of the document, so no merge has it."""
        return {name: self[name].value() for name in ("note", "is_review") if name in self.fields}

    def written(self) -> Written:
        """What was typed, as the action takes it."""
        data = self.cleaned_data
        content = {field.key: data.get(field.key) for field in document_fields.fields_of(self.groups)}
        return Written(content, data.get("note", ""), data["keeper"], data["review_every"], bool(data.get("is_review")))


def _initial(document: AbstractDocument) -> dict[str, Any]:
    """What stands in a document, by field and term."""
    terms = canonical.plain(document.governed_content())
    return {**terms, **terms["fields"], "seen": document.revision}


def _field(field: DocumentField) -> forms.Field:
    if field.is_table:
        return RowsField(field)
    common: dict[str, Any] = {"label": field.label, "help_text": field.hint, "required": False}
    if field.kind == document_fields.FieldKind.LINE:
        return forms.CharField(**common, widget=forms.TextInput({"autocomplete": "off"}))
    if field.is_exact:
        return forms.CharField(
            **common, strip=False, widget=forms.Textarea({"rows": 8, "class": "gh-mono", "spellcheck": "false"})
        )
    shown = {**PREVIEW, "hx-params": field.key, "rows": 6, "class": "gh-writing"}
    return forms.CharField(**common, strip=False, widget=forms.Textarea(shown))


class ActForm(forms.Form):
    """An act on a document, such as marking it reviewed: the revision that was read, and a few words.

    Whether they are needed and how many they may be, the action knows.
    """

    seen = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    note = forms.CharField(required=False, widget=forms.TextInput({"autocomplete": "off"}))
