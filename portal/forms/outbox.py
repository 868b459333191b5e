"""The filters of the outbox."""

import django_filters
from django.db.models import Q, QuerySet

from portal.models import OutboxMessage


class OutboxFilter(django_filters.FilterSet):
    """By recipient and state."""

    q = django_filters.CharFilter(label="Recipient", method="search")
    state = django_filters.ChoiceFilter(
        label="State", empty_label="Any state", choices=OutboxMessage.State.choices, field_name="state"
    )

    class Meta:
        model = OutboxMessage
        fields: list[str] = []

    def search(self, queryset: QuerySet[OutboxMessage], _name: str, value: str) -> QuerySet[OutboxMessage]:
        return queryset.filter(Q(recipient__name__icontains=value) | Q(recipient__email__icontains=value))
