"""Input shapes of people: an account, roles across teams, an auditor's choice; and the filters of the list."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from portal.forms.fields import DayField, RolesField, TimeZoneField
from portal.models import Scope, Team, User
from portal.permissions import Role
from portal.queries import people

AUDIT_REQUIRED = {"required": "An auditor’s access has a first and a last day."}


class PersonForm(forms.Form):
    """A new account."""

    name = forms.CharField(
        label="Full name",
        max_length=200,
        error_messages={"required": "Give their full name: it stands beside what they sign."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label="E-mail",
        max_length=254,
        error_messages={"required": "Give their e-mail address.", "invalid": "This is not an e-mail address."},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    time_zone = TimeZoneField(initial="UTC")


class ApartForm(forms.Form):
    """How one knows whose accounts they are."""

    reason = forms.CharField(
        label="How do you know?",
        max_length=300,
        error_messages={"required": "Say how you know: it stands on the record."},
    )


class SamePersonForm(ApartForm):
    """Which other account is the same person's, and how one knows."""

    email = forms.EmailField(
        label="E-mail of the other account",
        max_length=254,
        error_messages={"required": "Give the address of the other account.", "invalid": "This is no e-mail address."},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("email", "reason")


class RolesAcrossForm(forms.Form):
    """What a person holds across teams, besides auditing."""

    roles = RolesField((Role.COMPLIANCE, Role.ADMINISTRATOR), required=False)
    ends_on = DayField(label="Until", required=False, help_text="The last day. Empty: without an end.")


class AuditorForm(forms.Form):
    """What an auditor may read, from when until when."""

    teams = forms.ModelMultipleChoiceField(
        queryset=Team.objects.none(),
        to_field_name="slug",
        required=False,
        label="All services of a team, as of today",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose teams of the list."},
    )
    scopes = forms.ModelMultipleChoiceField(
        queryset=Scope.objects.none(),
        to_field_name="public_id",
        required=False,
        label="Single services",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose services of the list.", "invalid_pk_value": "Choose from the list."},
    )
    starts_on = DayField(label="From", error_messages=AUDIT_REQUIRED)
    ends_on = DayField(
        label="Until", help_text="The last day; it ends by itself. At most a year.", error_messages=AUDIT_REQUIRED
    )

    def __init__(
        self, *args: Any, teams: QuerySet[Team], scopes: QuerySet[Scope], names: dict[int, str], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["teams"].queryset = teams  # type: ignore[attr-defined]  # a field of models
        field: Any = self.fields["scopes"]  # a field of models
        field.queryset = scopes.filter(pk__in=names)
        field.label_from_instance = lambda scope: f"{names[scope.pk]}, {scope.team.name}"
        if not names:
            del self.fields["scopes"]


class PersonFilter(django_filters.FilterSet):
    """By name or address, team and state of the account."""

    q = django_filters.CharFilter(label="Person", method="search")
    team = django_filters.ChoiceFilter(label="Team", empty_label="Any team", method="of_team")
    state = django_filters.ChoiceFilter(
        label="Account",
        empty_label="Any account",
        choices=[("open", "Open"), ("invited", "Invited"), ("closed", "Closed")],
        method="in_state",
    )

    class Meta:
        model = User
        fields: list[str] = []

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        teams = Team.objects.visible_to(self.request.access).values_list("slug", "name")
        self.filters["team"].extra["choices"] = list(teams)

    def search(self, queryset: QuerySet[User], _name: str, value: str) -> QuerySet[User]:
        return queryset.filter(Q(name__icontains=value) | Q(email__icontains=value))

    def of_team(self, queryset: QuerySet[User], _name: str, value: str) -> QuerySet[User]:
        return queryset.filter(pk__in=people.in_team(value))

    def in_state(self, queryset: QuerySet[User], _name: str, value: str) -> QuerySet[User]:
        if value == "closed":
            return queryset.filter(is_active=False)
        invited = User.objects.invited().values("pk")
        if value == "invited":
            return queryset.filter(is_active=True, pk__in=invited)
        return queryset.filter(is_active=True).exclude(pk__in=invited)
