"""Input shapes of runbooks, of the drills that exercise them, and the filters of their list."""

from decimal import Decimal
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from incidents.actions.runbooks import Terms
from incidents.models import Runbook
from incidents.queries import runbooks as queries
from incidents.rules import rehearsals
from incidents.rules import runbooks as rules
from portal import clock
from portal.forms.documents import DocumentForm
from readiness.actions.drills import Rehearsal
from readiness.forms import ownership as ownership_forms
from readiness.forms.drills import DrillForm
from readiness.models import Service
from readiness.queries import ownership

MINUTES = "Give the minutes it may take: above 0, a day at most."


class RunbookForm(DocumentForm):
    """A runbook of a service: what it is called, whether it is the way back, how long it may take, and its fields."""

    title = forms.CharField(
        label="What it does",
        max_length=rules.LONGEST_TITLE,
        error_messages={"required": rules.title_refusal("")},
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text="in a few words, such as “Roll back” or “Empty the answer cache”",
    )
    is_rollback = forms.BooleanField(
        label="This is the way back of the service",
        required=False,
        help_text="Its rollback drill counts while steps and verification stay as they were drilled.",
    )
    target_minutes = forms.DecimalField(
        label="Minutes it may take",
        required=False,
        max_digits=6,
        decimal_places=1,
        min_value=Decimal("0.1"),
        max_value=rules.MOST_MINUTES,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value", "max_digits"), MINUTES),
        help_text="Drills are held against it.",
    )
    groups = rules.GROUPS

    def __init__(self, *args: Any, service: Service, runbook: Runbook | None = None, **options: Any) -> None:
        candidates = ownership.candidates(service)
        choices = ownership_forms.grouped(list(candidates), service.scope.team.name)
        super().__init__(*args, keepers=(candidates, choices), document=runbook, **options)

    def terms(self) -> Terms:
        """What it is called and how long it may take, as the action takes it."""
        data = self.cleaned_data
        return Terms(data["title"], data["is_rollback"], data["target_minutes"])


class RunbookDrillForm(DrillForm):
    """A drill of a runbook, and the revision that it exercised."""

    revision = forms.TypedChoiceField(
        label="Revision it exercised",
        coerce=int,
        help_text="An older revision proves that one, not the one that stands.",
        error_messages={"required": "Choose a revision.", "invalid_choice": "Choose a revision of the list."},
    )

    def __init__(self, *args: Any, runbook: Runbook, **options: Any) -> None:
        super().__init__(*args, service=runbook.service, **options)
        kind: Any = self.fields["kind"]
        kind.choices = [(one.value, one.label) for one in rehearsals.kinds(runbook.is_rollback)]
        revision: Any = self.fields["revision"]
        numbers = range(runbook.revision, 0, -1)
        revision.choices = [(one, f"{one}, current" if one == runbook.revision else str(one)) for one in numbers]

    def rehearsal(self) -> Rehearsal:
        """What was entered, as the action takes it."""
        apart = ("file", "revision")
        return Rehearsal(**{name: value for name, value in self.cleaned_data.items() if name not in apart})


STANDING = (("stale", "Stale"), ("reviewed", "Reviewed in time"), ("undrilled", "Not drilled"), ("retired", "Retired"))


class RunbookFilter(django_filters.FilterSet):
    """By words and standing; what is retired is shown where it is asked for."""

    q = django_filters.CharFilter(label="Runbook, service or keeper", method="search")
    service = django_filters.CharFilter(field_name="service__slug", widget=forms.HiddenInput)
    way_back = django_filters.ChoiceFilter(
        label="Way back", empty_label="Any runbook", choices=(("yes", "Ways back"),), method="is_way_back"
    )
    standing = django_filters.ChoiceFilter(empty_label="In use", choices=STANDING, method="stands")

    class Meta:
        model = Runbook
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Runbook]) -> QuerySet[Runbook]:
        """Those in use, unless the retired ones are asked for."""
        retired = self.form.cleaned_data.get("standing") == "retired"
        found: QuerySet[Runbook] = super().filter_queryset(queryset.filter(retired_at__isnull=not retired))
        return found

    def search(self, found: QuerySet[Runbook], _name: str, words: str) -> QuerySet[Runbook]:
        """By what it is called, of which service it is, or who keeps it."""
        named = Q(title__icontains=words) | Q(service__name__icontains=words)
        return found.filter(named | Q(keeper__name__icontains=words))

    def is_way_back(self, found: QuerySet[Runbook], _name: str, _value: str) -> QuerySet[Runbook]:
        """Those that describe the way back of their service."""
        return found.filter(is_rollback=True)

    def stands(self, found: QuerySet[Runbook], _name: str, value: str) -> QuerySet[Runbook]:
        """By how it stands today."""
        match value:
            case "stale":
                return found.filter(queries.stale())
            case "reviewed":
                return found.exclude(queries.stale())
            case "undrilled":
                return found.filter(queries.undrilled(clock.now()))
        return found
