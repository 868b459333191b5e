"""Input shapes of teams: the team itself, inviting a person, changing what they hold; and the filters of the list."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from portal.forms.fields import DayField, RolesField, TimeZoneField
from portal.models import Membership, Team
from portal.permissions import TEAM_ROLES


class TeamForm(forms.Form):
    """A team's name and time zone."""

    name = forms.CharField(max_length=120, error_messages={"required": "Give the team a name."})
    time_zone = TimeZoneField(
        label="Time zone of the team",
        help_text="Its checks open and fall due in this zone. Type a city, such as Berlin.",
        error_messages={"required": "Say in which time zone the team works."},
    )


class NewTeamForm(TeamForm):
    """The same with the short name, which stands in addresses and never changes."""

    slug = forms.SlugField(
        label="Short name",
        max_length=60,
        help_text="Small letters, digits and hyphens. It stands in addresses and never changes.",
        error_messages={
            "required": "Give it a short name, such as customer-platform.",
            "invalid": "Use small letters, digits and hyphens only, such as customer-platform.",
        },
    )
    field_order = ("name", "slug", "time_zone")

    def clean_slug(self) -> str:
        """In small letters."""
        slug: str = self.cleaned_data["slug"].lower()
        return slug


class InviteForm(forms.Form):
    """Who joins a team, in which roles, from when until when."""

    email = forms.EmailField(
        label="E-mail",
        max_length=254,
        error_messages={"required": "Give their e-mail address.", "invalid": "This is not an e-mail address."},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(
        max_length=200,
        required=False,
        help_text="Only for people who have no account yet. They get a mail with a link to set their password.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    roles = RolesField(TEAM_ROLES)
    starts_on = DayField(label="From", required=False, help_text="Empty: from today.")
    ends_on = DayField(label="Until", required=False, help_text="The last day. Empty: without an end.")


class MembershipForm(forms.Form):
    """What a person holds in a team from now on."""

    roles = RolesField(TEAM_ROLES)
    ends_on = DayField(label="Until", required=False, help_text="The last day. Empty: without an end.")


class TeamFilter(django_filters.FilterSet):
    """By name, and to one's own."""

    q = django_filters.CharFilter(label="Team", method="search")
    mine = django_filters.ChoiceFilter(
        label="Whose", empty_label="All teams", choices=[("yes", "My teams")], method="own"
    )

    class Meta:
        model = Team
        fields: list[str] = []

    def search(self, queryset: QuerySet[Team], _name: str, value: str) -> QuerySet[Team]:
        return queryset.filter(Q(name__icontains=value) | Q(slug__icontains=value))

    def own(self, queryset: QuerySet[Team], _name: str, _value: str) -> QuerySet[Team]:
        return queryset.filter(pk__in=list(self.request.access.roles))


class MemberFilter(django_filters.FilterSet):
    """The people of one team: by name, role, and with those who have left."""

    q = django_filters.CharFilter(label="Person", method="search")
    role = django_filters.ChoiceFilter(
        label="Role",
        empty_label="Any role",
        choices=[(role.value, role.value.capitalize()) for role in TEAM_ROLES],
        method="holding",
    )
    past = django_filters.ChoiceFilter(
        label="Former", empty_label="People of today", choices=[("1", "Former ones too")], method="untouched"
    )

    class Meta:
        model = Membership
        fields: list[str] = []

    def search(self, queryset: QuerySet[Membership], _name: str, value: str) -> QuerySet[Membership]:
        return queryset.filter(Q(person__name__icontains=value) | Q(person__email__icontains=value))

    def holding(self, queryset: Any, _name: str, value: str) -> Any:
        return queryset.holding(value)

    def untouched(self, queryset: QuerySet[Membership], _name: str, _value: str) -> QuerySet[Membership]:
        """The view has chosen the rows already."""
        return queryset
