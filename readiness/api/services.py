"""Services as a tool names them in what it sends: by slug. One in the address is a 404 where it is not there."""

from django.db.models import QuerySet

from portal.errors import DomainError
from readiness.models import Service

NONE = "There is no such service."


def named(visible: QuerySet[Service], slug: str) -> Service:
    """One of those that the caller may see; one they may not see is not told apart from one that is not there.

    Raises DomainError at `service`.
    """
    found = visible.filter(slug=slug).first()
    if found is None:
        raise DomainError.of({"service": [NONE]})
    return found
