"""Input shapes of absences: entering one, naming the deputy, and the filters of the list."""

import datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from portal import clock
from portal.forms.fields import DayField
from portal.models import User
from portal.permissions import Access
from readiness.forms import people
from readiness.models import Absence
from readiness.queries import absences


class DeputyForm(forms.Form):
    """Who stands in."""

    deputy = people.PersonField(
        required=False,
        empty_label="Nobody",
        help_text="Stands in for everything they own, and is reminded in their place.",
        error_messages={"invalid_choice": "Choose somebody of the list."},
    )

    def __init__(self, *args: Any, person: User, **options: Any) -> None:
        super().__init__(*args, **options)
        people.offer(self, "deputy", absences.possible_deputies(person))


class AbsenceForm(forms.Form):
    """Who is away, from when until when, and who stands in."""

    person = people.PersonField(
        label="Who",
        empty_label=None,
        error_messages={"invalid_choice": "Only they themselves or a lead of their team can say when they are away."},
    )
    starts_on = DayField(
        label="First day away", widget=forms.DateInput(attrs={"type": "date"}), error_messages={"required": "Say when."}
    )
    ends_on = DayField(
        label="Last day away", widget=forms.DateInput(attrs={"type": "date"}), error_messages={"required": "Say when."}
    )
    deputy = people.PersonField(
        required=False,
        empty_label="Nobody",
        help_text="Stands in for everything they own, and is reminded in their place.",
        error_messages={"invalid_choice": "Choose somebody of the list."},
    )

    def __init__(self, *args: Any, access: Access, **options: Any) -> None:
        super().__init__(*args, **options)
        people.offer(self, "person", absences.people_managed(access))
        alone = len(self.fields["person"].choices) == 1  # type: ignore[attr-defined]  # a ChoiceField
        people.offer(self, "deputy", absences.possible_deputies(access.person if alone else None))
        self.initial.setdefault("person", access.person.public_id)


class AbsenceFilter(django_filters.FilterSet):
    """Filters of the list: a person's name, and which absences."""

    q = django_filters.CharFilter(label="Person or deputy", method="search")
    when = django_filters.ChoiceFilter(
        label="When",
        empty_label="Now and later",
        choices=[("now", "Now"), ("past", "Over"), ("cancelled", "Cancelled"), ("all", "All")],
        method="at",
    )

    class Meta:
        model = Absence
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Absence]) -> QuerySet[Absence]:
        """Without a choice: what stands now or is to come."""
        found: QuerySet[Absence] = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("when") else found.filter(_standing(_today()))

    def search(self, found: QuerySet[Absence], _name: str, words: str) -> QuerySet[Absence]:
        """By the name of who is away or of who stands in."""
        return found.filter(Q(person__name__icontains=words) | Q(deputy__name__icontains=words))

    def at(self, found: QuerySet[Absence], _name: str, value: str) -> QuerySet[Absence]:
        """Those in force, over, cancelled, or all."""
        today = _today()
        chosen = {
            "now": _standing(today) & Q(starts_on__lte=today),
            "past": Q(cancelled_at__isnull=True, ends_on__lt=today),
            "cancelled": Q(cancelled_at__isnull=False),
            "all": Q(),
        }
        return found.filter(chosen[value])


def _today() -> datetime.date:
    return clock.now().date()


def _standing(today: datetime.date) -> Q:
    return Q(cancelled_at__isnull=True, ends_on__gte=today)
