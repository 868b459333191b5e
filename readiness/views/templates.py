"""The page of the checklists."""

from django.http import HttpResponse
from django.shortcuts import render

from portal.doors import SIGNED_IN, PortalRequest, door
from readiness.queries import template_versions


@door(GET=SIGNED_IN)
def overview(request: PortalRequest) -> HttpResponse:
    """Every checklist in force with its versions, and what each brought."""
    checklists = template_versions.overview(request.access)
    return render(request, "readiness/templates/overview.html", {"checklists": checklists})
