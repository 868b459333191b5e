"""The outbox as it is listed and read."""

from collections import Counter

from django.db.models import Count, QuerySet

from portal.models import OutboxMessage
from portal.permissions import Access


def listed(access: Access) -> QuerySet[OutboxMessage]:
    """The mails one may see, the newest first."""
    return OutboxMessage.objects.visible_to(access).select_related("recipient").order_by("-due_at", "-pk")


def counts(access: Access) -> Counter[str]:
    """How many mails are in each state."""
    rows = OutboxMessage.objects.visible_to(access).order_by().values_list("state").annotate(Count("pk"))
    return Counter(dict(rows))
