"""One service: its head with the tabs, and everything that its first page shows at a glance."""

from portal.permissions import Access
from readiness.models import Service
from readiness.models.services import ServiceQuerySet


def services(access: Access) -> ServiceQuerySet:
    """The services this person may see, with what the head and tabs of a service's page need: one statement."""
    return Service.objects.visible_to(access).select_related("scope__team", "owner", "status")
