"""The outbox as it is listed and read."""

from collections import Counter

from django.db.models import Count, QuerySet

from portal import mail
from portal.models import OutboxMessage, Scope
from portal.permissions import Access


def listed(access: Access) -> QuerySet[OutboxMessage]:
    """The mails one may see, the newest first."""
    return OutboxMessage.objects.visible_to(access).select_related("recipient").order_by("-due_at", "-pk")


def counts(access: Access) -> Counter[str]:
    """How many mails are in each state."""
    rows = OutboxMessage.objects.visible_to(access).order_by().values_list("state").annotate(Count("pk"))
    return Counter(dict(rows))


def body(access: Access, message: OutboxMessage) -> str | None:
    """The mail's text; None where it speaks of what this administrator may not see.

    Its one-time link is shown in the demonstration alone: elsewhere it is in the mail, or in the mail’s file.
    """
    seen = Scope.objects.visible_to(access).filter(pk__in=message.scopes).count()
    if seen != len(message.scopes):
        return None
    return str(mail.compose(message, with_link=mail.shows_links()).body)
