"""API tokens as they are listed."""

from django.db.models import QuerySet

from portal.models import ApiToken, Team
from portal.permissions import Access


def listed(access: Access) -> QuerySet[ApiToken]:
    """The tokens one may see, with whose they are and the team they are limited to."""
    return ApiToken.objects.visible_to(access).select_related("user", "team").order_by("-created")


def teams_for(access: Access) -> QuerySet[Team]:
    """The teams that a token of this person can be limited to."""
    return Team.objects.visible_to(access).filter(pk__in=list(access.roles))
