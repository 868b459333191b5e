"""What waits for the mail of the day."""

import datetime

from django.db.models import Min, QuerySet

from portal.access import access_of
from portal.models import Notification, OutboxMessage, User
from portal.permissions import Access


def unmailed() -> QuerySet[Notification]:
    """Notices that nobody has read and no mail has told."""
    return Notification.objects.filter(message__isnull=True, read_at__isnull=True)


def waiting() -> list[tuple[User, datetime.datetime]]:
    """Everybody with such a notice who gets the mail of the day, with the oldest notice's moment: two statements."""
    rows = (
        unmailed()
        .filter(recipient__is_active=True, recipient__daily_mail=True)
        .order_by()
        .values("recipient")
        .annotate(first=Min("created_at"))
        .values_list("recipient", "first")
    )
    first = dict(rows)
    return [(person, first[person.pk]) for person in User.objects.filter(pk__in=first).order_by("pk")]


def told(message: OutboxMessage, reader: Access | None = None) -> QuerySet[Notification]:
    """The notices of one mail that its recipient may still see and has not read since, the oldest first.

    Where somebody else reads the mail, only those that speak of what this `reader` may see too.
    """
    seen = Notification.objects.visible_to(access_of(message.recipient))
    if reader is not None:
        seen = seen.speaking_of_what_is_seen_by(reader)
    return seen.filter(message=message, read_at__isnull=True).order_by("created_at", "pk")
