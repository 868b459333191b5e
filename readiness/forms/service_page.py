"""Filters of the lists on the tabs of one service."""

from typing import Any

import django_filters

from portal.forms.audit_trail import AuditTrailFilter
from readiness.choices import PackState, ReviewState, TemplateKey, Verdict
from readiness.models import AuditPack, LaunchDecision, Review


class ReviewFilter(django_filters.FilterSet):
    """By kind, state and release."""

    kind = django_filters.ChoiceFilter(label="Kind", empty_label="Any kind", choices=TemplateKey.choices)
    state = django_filters.ChoiceFilter(label="State", empty_label="Any state", choices=ReviewState.choices)
    release = django_filters.CharFilter(label="Release", field_name="release__label", lookup_expr="icontains")

    class Meta:
        model = Review
        fields: list[str] = []


class DecisionFilter(django_filters.FilterSet):
    """By verdict and release."""

    verdict = django_filters.ChoiceFilter(label="Verdict", empty_label="Any verdict", choices=Verdict.choices)
    release = django_filters.CharFilter(label="Release", field_name="release__label", lookup_expr="icontains")

    class Meta:
        model = LaunchDecision
        fields: list[str] = []


class PackFilter(django_filters.FilterSet):
    """By state."""

    state = django_filters.ChoiceFilter(label="State", empty_label="Any state", choices=PackState.choices)

    class Meta:
        model = AuditPack
        fields: list[str] = []


class HistoryFilter(AuditTrailFilter):
    """The filters of the audit trail, but for the service: it is this one."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.filters["service"]
