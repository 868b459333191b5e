"""Input shape of a service's targets; used alone and within the form that registers a service."""

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.http import QueryDict

from readiness.models import ServiceTarget
from readiness.rules import targets as rules
from readiness.rules.measures import Targets

NO_NUMBER = "Enter a number with a point, such as 1.5."


def _number(label: str, hint: str = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        help_text=hint,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"invalid": NO_NUMBER},
    )


class TargetFields(forms.Form):
    """The numbers that a service promises. One left empty leaves what hangs on it undecided."""

    p95_ms = _number("p95 latency")
    p99_ms = _number("p99 latency")
    error_rate = _number("Error rate", "at most")
    availability = _number("Availability", "at least")
    expected_peak = _number("Expected peak")
    rollback_minutes = _number("Rollback", "at most; 15 when left empty")
    cost_per_prediction = _number("Cost per prediction", "at most")
    currency = forms.CharField(label="Currency", initial="EUR", required=False, widget=forms.TextInput({"size": 3}))
    accuracy = _number("Accuracy", "at least")
    accuracy_metric = forms.CharField(label="Accuracy metric", required=False, help_text="such as F1 or accuracy")

    def targets(self) -> Targets:
        """What was entered, as the rules take it."""
        data = self.cleaned_data
        numbers: dict[str, Decimal | None] = {name: data.get(name) for name in rules.DECIMALS}
        currency = (data.get("currency") or "EUR").strip().upper()
        return Targets(**numbers, currency=currency, accuracy_metric=(data.get("accuracy_metric") or "").strip())

    def add_target_refusals(self) -> None:
        """Puts what the rules refuse at its field, unless the field is wrong already."""
        for name, messages in rules.refusals(self.targets()).items():
            if name not in self.errors:
                self.add_error(name, messages[0])


class TargetsForm(TargetFields):
    """All targets of a service, with the revision the person saw."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, target: ServiceTarget, **options: Any) -> None:
        names = (*rules.WORDS, "revision")
        options["initial"] = {name: shown(getattr(target, name)) for name in names}
        super().__init__(*args, **options)
        self.target = target

    def clean(self) -> dict[str, Any]:
        """Everything the rules refuse at once, each at its field."""
        self.add_target_refusals()
        return self.cleaned_data

    def at_revision(self, revision: int) -> "TargetsForm":
        """The same input over the revision that stands now: what was typed is kept, and saving again replaces that."""
        typed = cast(QueryDict, self.data).copy()
        typed["revision"] = str(revision)
        return TargetsForm(typed, target=self.target)


def shown(value: object) -> object:
    """A stored number as people write it: 1800.0 as 1800."""
    if not isinstance(value, Decimal):
        return value
    plain = value.normalize()
    return format(plain if plain != plain.to_integral_value() else plain.quantize(Decimal(1)), "f")
