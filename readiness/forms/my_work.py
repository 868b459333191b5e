"""Filters of the list of a person's own items."""

import django_filters
from django.db.models import Q, QuerySet

from readiness.choices import ItemState
from readiness.models import ItemAnswer

STATES = (ItemState.RED, ItemState.UNANSWERED, ItemState.YELLOW)


class SignOffFilter(django_filters.FilterSet):
    """By service or release, and only what is critical."""

    q = django_filters.CharFilter(label="Service, release or key", method="search")
    critical = django_filters.ChoiceFilter(
        label="Weight",
        empty_label="Critical or not",
        choices=[("yes", "Critical"), ("no", "Not critical")],
        method="weigh",
    )

    class Meta:
        model = ItemAnswer
        fields: list[str] = []

    def search(self, found: QuerySet[ItemAnswer], _name: str, words: str) -> QuerySet[ItemAnswer]:
        """By the name of the service, the release or the item's key."""
        return found.filter(
            Q(review__service__name__icontains=words)
            | Q(review__release__label__icontains=words)
            | Q(item_key__icontains=words)
        )

    def weigh(self, found: QuerySet[ItemAnswer], _name: str, value: str) -> QuerySet[ItemAnswer]:
        """Critical items, or the others."""
        return found.filter(critical=value == "yes")


class ItemFilter(SignOffFilter):
    """The same, and by state."""

    state = django_filters.ChoiceFilter(
        label="State", empty_label="Any state", choices=[(str(state), state.label) for state in STATES]
    )
