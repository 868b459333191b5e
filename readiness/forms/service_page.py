"""Filters of the lists on the tabs of one service."""

import datetime
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import QueryDict

from portal import audit, clock
from portal.models import AuditEvent
from readiness import verbs
from readiness.choices import PackState, ReviewState, TemplateKey, Verdict
from readiness.models import AuditPack, LaunchDecision, Review

PERIODS = [("1", "Last 24 hours"), ("7", "Last 7 days"), ("30", "Last 30 days"), ("365", "Last year")]


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


class HistoryFilter(django_filters.FilterSet):
    """By who, by what it happened to, and by day."""

    who = django_filters.CharFilter(label="Who", field_name="actor__name", lookup_expr="icontains")
    what = django_filters.ChoiceFilter(label="What", empty_label="Anything", method="happened_to")
    days = django_filters.ChoiceFilter(label="Period", empty_label="Any time", choices=PERIODS, method="within")

    class Meta:
        model = AuditEvent
        fields: list[str] = []

    def __init__(self, data: QueryDict | None = None, *args: Any, **options: Any) -> None:
        super().__init__(data, *args, **options)
        groups = sorted({verb.name.partition(".")[0] for verb in vars(verbs).values() if isinstance(verb, audit.Verb)})
        self.filters["what"].extra["choices"] = [(group, group.replace("-", " ").capitalize()) for group in groups]

    def happened_to(self, found: QuerySet[AuditEvent], _name: str, value: str) -> QuerySet[AuditEvent]:
        """By the first half of the verb."""
        return found.filter(verb__startswith=f"{value}.")

    def within(self, found: QuerySet[AuditEvent], _name: str, value: str) -> QuerySet[AuditEvent]:
        """Not longer ago than so many days."""
        return found.filter(at__gte=clock.now() - datetime.timedelta(days=int(value)))
