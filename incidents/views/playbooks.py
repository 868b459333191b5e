"""The page of the alert playbooks."""

from django.http import HttpResponse
from django.shortcuts import render

from incidents.queries import playbooks
from portal.doors import SIGNED_IN, PortalRequest, door


@door(GET=SIGNED_IN)
def overview(request: PortalRequest) -> HttpResponse:
    """All playbooks with their steps."""
    return render(request, "incidents/playbooks/overview.html", {"playbooks": playbooks.all_playbooks()})
