"""The one-time link of an installation without an administrator.

It is derived from the secret key and the installation's id, so nothing is stored, and it opens only while nobody is
administrator; as the last administrator can never go, that is once.
"""

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from portal import clock
from portal.models import AuditHead
from portal.queries import people


def address() -> str | None:
    """The whole address of the first page; None once there is an administrator."""
    if people.administrators(clock.now().date()):
        return None
    return f"{settings.BASE_URL}{reverse('portal:start', args=[_token()])}"


def opens(token: str) -> bool:
    """Whether this is the installation's token and nobody is administrator yet."""
    return constant_time_compare(token, _token()) and not people.administrators(clock.now().date())


def _token() -> str:
    deployment = AuditHead.objects.values_list("deployment", flat=True).get(pk=1)
    return salted_hmac("portal.first-link", str(deployment), algorithm="sha256").hexdigest()[:40]
