"""The filters of the audit trail."""

import datetime

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from portal import audit
from portal.extension_points import scopes_called
from portal.forms.fields import DayFilter
from portal.models import AuditEvent

Events = QuerySet[AuditEvent]
PORTAL = "portal"
DAY = {"type": "date"}


class AuditTrailFilter(django_filters.FilterSet):
    """By person, service, what happened, days of the reader's calendar, and place in the chain."""

    who = django_filters.CharFilter(label="Person, or “portal”", method="by_person")
    service = django_filters.CharFilter(label="Service", method="by_service")
    what = django_filters.ChoiceFilter(
        label="What happened",
        empty_label="Anything happened",
        choices=lambda: [(key, group.label) for key, group in audit.verb_groups.items()],
        method="by_group",
    )
    since = DayFilter(label="From", method="from_day", widget=forms.DateInput(DAY, "%Y-%m-%d"))
    until = DayFilter(label="Until", method="until_day", widget=forms.DateInput(DAY, "%Y-%m-%d"))
    number = django_filters.NumberFilter(label="Event number", field_name="number")

    class Meta:
        model = AuditEvent
        fields: list[str] = []

    def by_person(self, queryset: Events, _name: str, value: str) -> Events:
        if value.strip().lower() in {PORTAL, f"the {PORTAL}"}:
            return queryset.filter(actor__isnull=True)
        return queryset.filter(actor__name__icontains=value.strip())

    def by_service(self, queryset: Events, _name: str, value: str) -> Events:
        return queryset.filter(scope__in=scopes_called(self.request.access, value.strip()))

    def by_group(self, queryset: Events, _name: str, value: str) -> Events:
        return queryset.filter(verb__in=audit.verbs_of(value))

    def from_day(self, queryset: Events, _name: str, value: datetime.date) -> Events:
        return queryset.filter(at__gte=_midnight(value))

    def until_day(self, queryset: Events, _name: str, value: datetime.date) -> Events:
        return queryset.filter(at__lt=_midnight(value + datetime.timedelta(days=1)))


def _midnight(day: datetime.date) -> datetime.datetime:
    """The first moment of a day in the reader's zone."""
    return datetime.datetime.combine(day, datetime.time(), timezone.get_current_timezone())
