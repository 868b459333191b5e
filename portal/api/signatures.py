"""What a person alone can give, at a page: a signature rests on a proof of identity that no token carries."""

from typing import NoReturn

from django.conf import settings

from portal import permissions
from portal.errors import ProofNeeded
from portal.models import Scope
from portal.permissions import Access, Capability


def refuse(access: Access, capability: Capability, scope: Scope, *, page: str) -> NoReturn:
    """Says who may sign here, and on which `page` (its path) they prove who they are.

    Raises NotPermitted for who may not, and else ProofNeeded.
    """
    permissions.require(access, capability, scope)
    raise ProofNeeded(
        "This is a signature: you prove who you are as you give it, which no token does for you. "
        f"Give it on its page: {settings.BASE_URL}{page}"
    )
