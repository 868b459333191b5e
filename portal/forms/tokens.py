"""Input shape of an API token, and the filters of the list."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from portal import clock
from portal.actions import tokens
from portal.models import ApiToken, Team


class TokenForm(forms.Form):
    """What a token is for, what it may, and how long."""

    name = forms.CharField(
        max_length=120,
        help_text="What uses it, such as release-gate-github.",
        error_messages={"required": "Say what uses the token."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    may = forms.ChoiceField(
        label="It may",
        choices=[("read", "Read"), ("write", "Read and write")],
        initial="read",
        widget=forms.RadioSelect(attrs={"class": "gh-segment"}),
        help_text="Reading covers status and gate. Writing covers what you may do yourself, but never sign or decide.",
        error_messages={"required": "Choose what it may do."},
    )
    team = forms.ModelChoiceField(
        queryset=Team.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label="All teams I may see",
        label="Only in the team",
        error_messages={"invalid_choice": "Choose a team in which you hold a role."},
    )
    days = forms.IntegerField(
        label="Days until it ends",
        min_value=1,
        max_value=tokens.MOST_DAYS,
        initial=tokens.DEFAULT_DAYS,
        help_text=f"At most {tokens.MOST_DAYS}.",
        error_messages={
            "required": "Say how many days it lasts.",
            "max_value": f"A token lasts at most {tokens.MOST_DAYS} days.",
            "min_value": "A token lasts at least a day.",
            "invalid": "Give a whole number of days.",
        },
    )

    def __init__(self, *args: Any, teams: QuerySet[Team], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]  # a field of models


class TokenFilter(django_filters.FilterSet):
    """By name or person, and by whether the token still works."""

    q = django_filters.CharFilter(label="Token or person", method="search")
    state = django_filters.ChoiceFilter(
        label="State",
        empty_label="Any state",
        choices=[("open", "Works"), ("ended", "Expired or revoked")],
        method="in_state",
    )

    class Meta:
        model = ApiToken
        fields: list[str] = []

    def search(self, queryset: QuerySet[ApiToken], _name: str, value: str) -> QuerySet[ApiToken]:
        return queryset.filter(Q(name__icontains=value) | Q(user__name__icontains=value))

    def in_state(self, queryset: QuerySet[ApiToken], _name: str, value: str) -> QuerySet[ApiToken]:
        works = Q(revoked_at__isnull=True, expiry__gt=clock.now())
        return queryset.filter(works if value == "open" else ~works)
