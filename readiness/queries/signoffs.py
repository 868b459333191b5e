"""Sign-offs as a list, wherever they were given."""

from django.db.models import QuerySet

from portal.permissions import Access
from readiness.models import SignOff


def listed(access: Access) -> QuerySet[SignOff]:
    """Every sign-off on the answers this person may see, void ones among them: one statement."""
    return SignOff.objects.visible_to(access).select_related("answer__review__service", "person", "void__voided_by")
