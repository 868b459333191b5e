"""Notices: read, one or all. Reading is the reader's own affair and leaves no event."""

from portal import clock
from portal.models import Notification
from portal.permissions import Access


def mark_read(access: Access, *, notice: Notification) -> None:
    """Marks one of the person's own notices as read."""
    Notification.objects.visible_to(access).filter(pk=notice.pk, read_at__isnull=True).update(read_at=clock.now())


def mark_all_read(access: Access) -> int:
    """Marks every notice of the person as read; returns how many were not."""
    return Notification.objects.visible_to(access).filter(read_at__isnull=True).update(read_at=clock.now())
