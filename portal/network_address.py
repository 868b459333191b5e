"""From which network address a request came: behind a proxy, the one that the proxy saw.

allauth reads it, by `ALLAUTH_TRUSTED_PROXY_COUNT`, so that the record, the caps on guessing and the mails on sign-ins
name the same address.
"""

from allauth.account.adapter import get_adapter
from allauth.core.internal.ratelimit import get_ip
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def of(request: HttpRequest) -> str:
    """The address in full, for the record; empty where there is none, as through a socket of this machine."""
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return ""


def counted(request: HttpRequest) -> str:
    """What tries are counted by: the address, of IPv6 the network that one subscriber has whole."""
    try:
        return str(get_ip(request))
    except PermissionDenied:
        return ""
