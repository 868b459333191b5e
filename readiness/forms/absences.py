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
from readiness.models import Absence
from readiness.queries import absences


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """One person of a list, by opaque id."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=User.objects.none(), to_field_name="public_id", **options)


class DeputyForm(forms.Form):
    """Who stands in."""

    deputy = PersonField(
        required=False,
        empty_label="Nobody",
        help_text="Stands in for everything they own, and is reminded in their place.",
        error_messages={"invalid_choice": "Choose somebody of the list."},
    )

    def __init__(self, *args: Any, person: User, **options: Any) -> None:
        super().__init__(*args, **options)
        _offer(self, "deputy", absences.possible_deputies(person))


class AbsenceForm(forms.Form):
    """Who is away, from when until when, and who stands in."""

    person = PersonField(
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
    deputy = PersonField(
        required=False,
        empty_label="Nobody",
        help_text="Stands in for everything they own, and is reminded in their place.",
        error_messages={"invalid_choice": "Choose somebody of the list."},
    )

    def __init__(self, *args: Any, access: Access, **options: Any) -> None:
        super().__init__(*args, **options)
        _offer(self, "person", absences.people_managed(access))
        _offer(self, "deputy", absences.possible_deputies())
        self.initial.setdefault("person", access.person.public_id)


def _offer(form: forms.Form, name: str, people: QuerySet[User]) -> None:
    """The people to choose from, read once: a field would read its queryset each time it is drawn."""
    field: Any = form.fields[name]
    field.queryset = people
    nobody = [("", field.empty_label)] if field.empty_label else []
    field.choices = nobody + [(str(person.public_id), person.name) for person in people.order_by("name", "pk")]


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
