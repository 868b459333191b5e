"""Input shapes of external dependencies, and the filters of their list."""

from typing import Any, cast

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from readiness.choices import DependencyState
from readiness.models import Dependency, Service
from readiness.rules import dependencies as rules

DependencyRows = QuerySet[Dependency]


class DependencyForm(forms.Form):
    """Something outside that the service needs."""

    name = forms.CharField(
        label="What",
        widget=forms.TextInput({"maxlength": rules.LIMITS["name"], "autocomplete": "off"}),
        error_messages={"required": "Name the dependency."},
        help_text="such as “Language model provider, EU region”",
    )
    purpose = forms.CharField(
        label="What for", required=False, widget=forms.TextInput({"maxlength": rules.LIMITS["purpose"]})
    )
    fallback = forms.CharField(
        label="If it fails",
        required=False,
        widget=forms.TextInput({"maxlength": rules.LIMITS["fallback"]}),
        help_text="what users get then, such as “search results without an answer”",
    )
    upstream = forms.ModelChoiceField(
        label="Service of this portal",
        required=False,
        queryset=Service.objects.none(),
        to_field_name="slug",
        empty_label="none: it is outside",
        error_messages={"invalid_choice": "Choose another service of the list."},
        help_text="An open sev-1 or sev-2 there makes it unstable.",
    )

    def __init__(self, *args: Any, offered: QuerySet[Service], **kwargs: Any) -> None:
        """Offers these services."""
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[Service]", self.fields["upstream"]).queryset = offered


class DeclarationForm(forms.Form):
    """How a dependency does now."""

    state = forms.ChoiceField(
        label="How does it do?",
        choices=[(state.value, state.label) for state in rules.DECLARED],
        widget=forms.RadioSelect({"class": "gh-segment"}),
        error_messages={"required": "Choose one of the three.", "invalid_choice": "Choose one of the three."},
    )
    note = forms.CharField(
        label="What is wrong, and until when",
        required=False,
        widget=forms.TextInput({"maxlength": 300}),
        help_text="Needed unless it is stable; a decider reads it.",
    )


class DependencyFilter(django_filters.FilterSet):
    """Filters of the list: words, state."""

    q = django_filters.CharFilter(label="Name or purpose", method="search")
    state = django_filters.ChoiceFilter(label="State", empty_label="Any state", choices=DependencyState.choices)

    class Meta:
        model = Dependency
        fields: list[str] = []

    def search(self, found: DependencyRows, _name: str, words: str) -> DependencyRows:
        """Dependencies by what they are called or are for."""
        return found.filter(Q(name__icontains=words) | Q(purpose__icontains=words) | Q(fallback__icontains=words))
