"""Input shapes of what is taken into a checklist: one more item, or a point of one, and why."""

from typing import Any

from django import forms

from readiness.catalogue import loader, schema
from readiness.choices import Stage
from readiness.rules import pillars
from readiness.rules import template_additions as rules
from readiness.rules.applicability import BOOLEAN_WORDS
from readiness.rules.template_additions import AddedItem, AddedPoint

ASKED_OF = (
    ("", "Every service"),
    *((trait, f"Where the service {words[0]}") for trait, words in BOOLEAN_WORDS.items()),
)
STAGES = ((Stage.BEFORE.value, "Before the go"), (Stage.AFTER.value, "After the deployment"))
DEPENDS = (("release", "The release"), ("model", "The model"), ("service", "The service, for so many days"))
AGES = tuple((days, f"{days} days") for days in rules.AGES)


class _AdditionForm(forms.Form):
    """What both ask: whom it is asked of, and why."""

    asked_of = forms.ChoiceField(label="Asked of", choices=ASKED_OF, required=False)
    reason = forms.CharField(
        label="Why every service should be asked",
        max_length=rules.LONGEST_REASON,
        help_text="stands on the record beside the new version",
        error_messages={"required": "Say why every service should be asked."},
    )


class AddedPointForm(_AdditionForm):
    """One more point of an item."""

    item_key = forms.ChoiceField(
        label="Item it belongs to", error_messages={"invalid_choice": "Choose an item of this checklist."}
    )
    text = forms.CharField(
        label="What is asked",
        max_length=rules.LONGEST_POINT,
        help_text="a statement that can be true",
        error_messages={"required": "Say what is asked, as a statement that can be true."},
    )
    field_order = ("item_key", "text", "asked_of", "reason")

    def __init__(self, *args: Any, checklist: schema.Template, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["item_key"]
        field.choices = [
            (section.title, [(item.key, item.title) for item in section.items]) for section in checklist.sections
        ]

    def addition(self) -> AddedPoint:
        """What was entered."""
        data = self.cleaned_data
        return AddedPoint(data["item_key"], data["text"], data["asked_of"])


class AddedItemForm(_AdditionForm):
    """One more item of a section."""

    section = forms.ChoiceField(error_messages={"invalid_choice": "Choose a section of this checklist."})
    name = forms.CharField(
        label="Name in its key",
        max_length=rules.LONGEST_KEY,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        help_text="such as tenant-cache; it never changes, and answers and tools hang on it",
        error_messages={"required": "Give it a name, such as tenant-cache."},
    )
    title = forms.CharField(
        max_length=rules.LONGEST_TITLE,
        help_text="what has to be in place, as a statement that can be true",
        error_messages={"required": "Say what has to be in place, as a statement that can be true."},
    )
    points = forms.CharField(
        label="Its points",
        max_length=rules.MOST_POINTS * (rules.LONGEST_POINT + 2),
        widget=forms.Textarea({"rows": 4}),
        help_text=f"each on a line of its own, at most {rules.MOST_POINTS}",
        error_messages={"required": "Name at least one point, each on a line of its own."},
    )
    why = forms.CharField(
        label="Why it matters",
        max_length=rules.LONGEST_TEXT,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": "Say why it matters."},
    )
    how = forms.CharField(
        label="How to verify it",
        max_length=rules.LONGEST_TEXT,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": "Say how one verifies it."},
    )
    evidence = forms.CharField(
        label="What proves it",
        max_length=rules.LONGEST_TEXT,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": "Say what proves it."},
    )
    critical = forms.BooleanField(
        label="Critical: no go without it", required=False, widget=forms.CheckboxInput({"class": "form-check-input"})
    )
    stage = forms.ChoiceField(label="Asked when", choices=STAGES)
    depends = forms.ChoiceField(label="An answer hangs on", choices=DEPENDS, initial="service")
    max_age_days = forms.TypedChoiceField(
        label="An answer on the service holds for", choices=AGES, coerce=int, initial=180
    )
    pillar = forms.TypedChoiceField(choices=tuple(pillars.TITLES.items()), coerce=int, initial=10)
    domain = forms.ChoiceField(label="Who answers for it", required=False)
    field_order = (
        *("section", "name", "title", "points", "why", "how", "evidence", "critical", "stage", "depends"),
        *("max_age_days", "pillar", "domain", "asked_of", "reason"),
    )

    def __init__(self, *args: Any, checklist: schema.Template, **options: Any) -> None:
        super().__init__(*args, **options)
        section: Any = self.fields["section"]
        section.choices = [(one.key, one.title) for one in checklist.sections]
        if all(one.pillar for one in checklist.sections):
            del self.fields["pillar"]
        domain: Any = self.fields["domain"]
        owners = [(one.key.value, one.title) for one in loader.ownership_domains()]
        domain.choices = [("", "The service’s owner"), *owners]

    def addition(self) -> AddedItem:
        """What was entered."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "reason"}
        lines = tuple(line for line in data.pop("points").splitlines() if line.strip())
        return AddedItem(points=lines, **data)
