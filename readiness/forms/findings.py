"""Input shapes of findings: a new one, what is said on one, and the filters of the list."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from readiness.choices import FindingSeverity, FindingState
from readiness.models import Finding, LaunchDecision, Service
from readiness.queries import findings
from readiness.rules import findings as rules


class FindingForm(forms.Form):
    """What compliance found, how much it weighs, and what it is about."""

    title = forms.CharField(
        label="What was found",
        max_length=rules.LONGEST_TITLE,
        error_messages={"required": "Say in one line what was found."},
    )
    text = forms.CharField(
        label="What is expected",
        max_length=rules.LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Say what was found, and what is expected."},
    )
    severity = forms.TypedChoiceField(choices=FindingSeverity.choices, coerce=int, initial=FindingSeverity.MEDIUM)
    item_key = forms.ChoiceField(label="About an item", required=False)
    decision = forms.ModelChoiceField(
        label="About a decision",
        queryset=LaunchDecision.objects.none(),
        to_field_name="number",
        required=False,
        empty_label="No decision",
    )

    def __init__(self, *args: Any, service: Service, **options: Any) -> None:
        super().__init__(*args, **options)
        item: Any = self.fields["item_key"]
        item.choices = [("", "The service as a whole"), *findings.items(service).items()]
        decision: Any = self.fields["decision"]
        decided = LaunchDecision.objects.filter(service=service).defer("snapshot")
        decision.queryset = decided.select_related("release", "environment").order_by("-number")


class OnServiceForm(forms.Form):
    """Which service a new finding is on; the form that follows asks about which of its items and decisions."""

    service = forms.ModelChoiceField(
        queryset=Service.objects.none(),
        to_field_name="slug",
        empty_label="Choose a service",
        error_messages={"required": "Choose a service.", "invalid_choice": "Choose a service of the list."},
    )

    def __init__(self, *args: Any, services: QuerySet[Service], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["service"]
        field.queryset = services


class SayForm(forms.Form):
    """What is said on a finding; `seen` is how many entries it had when the page was read."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    text = forms.CharField(
        label="What you say",
        max_length=rules.LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say it in a sentence at least."},
    )


class FindingFilter(django_filters.FilterSet):
    """By words, severity and state."""

    q = django_filters.CharFilter(label="Words or service", method="search")
    service = django_filters.CharFilter(field_name="service__slug", widget=forms.HiddenInput)
    severity = django_filters.ChoiceFilter(empty_label="Any severity", choices=FindingSeverity.choices)
    state = django_filters.ChoiceFilter(empty_label="Any state", choices=FindingState.choices)

    class Meta:
        model = Finding
        fields: list[str] = []

    def search(self, found: QuerySet[Finding], _name: str, words: str) -> QuerySet[Finding]:
        """By title or service."""
        named = Q(service__name__icontains=words) | Q(service__slug__icontains=words)
        return found.filter(named | Q(title__icontains=words))
