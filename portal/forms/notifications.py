"""The filters of one's notices."""

import django_filters
from django.db.models import QuerySet

from portal.models import Notification


class NoticeFilter(django_filters.FilterSet):
    """By words, and to the unread ones."""

    q = django_filters.CharFilter(label="Words", field_name="subject", lookup_expr="icontains")
    unread = django_filters.ChoiceFilter(
        label="Read", empty_label="All notices", choices=[("1", "Unread")], method="only_unread"
    )

    class Meta:
        model = Notification
        fields: list[str] = []

    def only_unread(self, queryset: QuerySet[Notification], _name: str, _value: str) -> QuerySet[Notification]:
        return queryset.filter(read_at__isnull=True)
