"""One's own notices."""

from django.db.models import Count, F, IntegerField, QuerySet, Subquery

from portal.models import Notification
from portal.permissions import Access


def listed(access: Access) -> QuerySet[Notification]:
    """Unread ones first, then the newest."""
    return Notification.objects.visible_to(access).order_by(F("read_at").desc(nulls_first=True), "-created_at")


def unread(access: Access) -> Subquery:
    """How many are unread, as an expression for a statement over something else."""
    rows = Notification.objects.visible_to(access).filter(read_at__isnull=True).order_by()
    counted = rows.values("recipient").annotate(number=Count("pk")).values("number")
    return Subquery(counted, output_field=IntegerField())
