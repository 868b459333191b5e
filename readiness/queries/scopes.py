"""What the portal's scopes are called: each service has one."""

from collections.abc import Collection

from django.db.models import Q

from portal.permissions import Access
from readiness.models import Service


def names(ids: Collection[int]) -> dict[int, str]:
    """The names of the services whose scopes these are, by the scope's id."""
    return dict(Service.objects.filter(scope__in=ids).values_list("scope_id", "name"))


def called(access: Access, words: str) -> Collection[int]:
    """The scopes of the services that the person may see and whose name or key contains the words."""
    found = Service.objects.visible_to(access).filter(Q(name__icontains=words) | Q(slug__icontains=words))
    return list(found.values_list("scope_id", flat=True))
