"""The form that puts a drill on record, and the filters of their list."""

from decimal import Decimal
from typing import Any, cast

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict

from portal import clock
from portal.forms.fields import MomentField, UploadField
from portal.models import User
from readiness.actions.drills import Rehearsal
from readiness.choices import DrillKind, DrillResult
from readiness.forms.decisions import NO_MOMENT
from readiness.models import Drill, Environment, Release, Service
from readiness.queries import ownership
from readiness.rules.drill_records import LONGEST_NOTE, MOST_MINUTES

CHOOSE = {"required": "Choose from the list.", "invalid_choice": "Choose from the list."}


class DrillForm(forms.Form):
    """What was rehearsed, where, by whom, from and to which version, and how it went."""

    kind = forms.ChoiceField(label="What was rehearsed", choices=DrillKind.choices, error_messages=CHOOSE)
    environment = forms.ModelChoiceField(
        label="Where",
        queryset=Environment.objects.none(),
        to_field_name="public_id",
        empty_label="Choose an environment",
        help_text="A rollback is drilled outside production.",
        error_messages=CHOOSE,
    )
    from_version = forms.CharField(
        label="From version", max_length=120, error_messages={"required": "Say from which version."}
    )
    to_version = forms.CharField(
        label="Back to version",
        max_length=120,
        help_text="the release before, the previous pinned model or prompt, or the fallback path",
        error_messages={"required": "Say to which version."},
    )
    release = forms.ModelChoiceField(
        label="Release it was run with",
        queryset=Release.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label="None of them",
        error_messages=CHOOSE,
    )
    performed_by = forms.ModelChoiceField(
        label="Who ran it",
        queryset=User.objects.none(),
        to_field_name="public_id",
        empty_label="Choose a person",
        error_messages=CHOOSE,
    )
    performed_at = MomentField(
        label="When",
        error_messages={"required": NO_MOMENT, "invalid": NO_MOMENT},
    )
    result = forms.ChoiceField(
        label="How it went",
        choices=DrillResult.choices,
        widget=forms.RadioSelect({"class": "gh-segment"}),
        error_messages={"required": "Say how it went.", "invalid_choice": "Say how it went."},
    )
    minutes = forms.DecimalField(
        label="Minutes it took",
        min_value=Decimal("0.1"),
        max_value=MOST_MINUTES,
        decimal_places=1,
        error_messages={
            "required": "Give the minutes it took.",
            "invalid": "Enter a number, such as 4.5.",
            "min_value": "Give the minutes it took, above 0.",
        },
    )
    note = forms.CharField(
        label="What was seen",
        required=False,
        widget=forms.Textarea({"rows": 3, "maxlength": LONGEST_NOTE}),
        help_text="A drill that failed says what went wrong.",
    )
    link = forms.CharField(label="Link to what was written down", required=False, max_length=200)
    file = UploadField(
        label="Or a file", required=False, help_text="up to 25 MB", error_messages={"empty": "The file is empty."}
    )

    def __init__(self, *args: Any, service: Service, **options: Any) -> None:
        super().__init__(*args, **options)
        self._choose("environment", service.environments.all())
        self._choose("release", service.releases.filter(cancelled_at__isnull=True))
        self._choose("performed_by", ownership.candidates(service))

    def rehearsal(self) -> Rehearsal:
        """What was entered, as the action takes it."""
        return Rehearsal(**{name: value for name, value in self.cleaned_data.items() if name != "file"})

    def _choose(self, name: str, queryset: QuerySet[Any]) -> None:
        cast("forms.ModelChoiceField[Any]", self.fields[name]).queryset = queryset


class DrillFilter(django_filters.FilterSet):
    """Filters of a service's drills."""

    q = django_filters.CharFilter(label="Find a version or person", method="find")
    kind = django_filters.ChoiceFilter(choices=DrillKind.choices, empty_label="Any kind")
    result = django_filters.ChoiceFilter(choices=DrillResult.choices, empty_label="Any result")
    environment = django_filters.CharFilter(label="Environment", field_name="environment__name")

    class Meta:
        model = Drill
        fields: list[str] = []

    def find(self, queryset: QuerySet[Drill], _name: str, value: str) -> QuerySet[Drill]:
        """By from and to version, and by who ran it."""
        found = Q(from_version__icontains=value) | Q(to_version__icontains=value)
        return queryset.filter(found | Q(performed_by__name__icontains=value))


def proposed(service: Service, query: QueryDict) -> dict[str, Any]:
    """What the empty form proposes: a rollback that passed just now, outside production."""
    environment = service.environments.exclude(kind="production").first()
    return {
        "kind": query.get("kind", DrillKind.ROLLBACK.value),
        "result": DrillResult.PASSED.value,
        "environment": environment.public_id if environment else None,
        "performed_at": clock.now(),
    }
