"""One's own notices."""

from django.db.models import F, QuerySet

from portal.models import Notification
from portal.permissions import Access


def listed(access: Access) -> QuerySet[Notification]:
    """Unread ones first, then the newest."""
    return Notification.objects.visible_to(access).order_by(F("read_at").desc(nulls_first=True), "-created_at")
