"""People as a tool names them: by e-mail address."""

from portal.errors import DomainError
from portal.models import User
from readiness.models import Service
from readiness.queries import ownership

NOBODY = "Nobody with this e-mail address can see the service."


def named(service: Service, email: str, field: str) -> User:
    """Somebody who can see the service; who cannot is not told apart from who is not there.

    Raises DomainError at `field`.
    """
    found = ownership.candidates(service).filter(email__iexact=email).first()
    if found is None:
        raise DomainError.of({field: [NOBODY]})
    return found
