"""Pages of the places a service runs in."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from portal import permissions
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import DomainError
from portal.forms import refusals
from portal.permissions import Capability
from readiness.actions import environments
from readiness.forms.environments import EnvironmentForm
from readiness.queries import environments as environment_queries
from readiness.views.services import find


@door(GET=SIGNED_IN)
def overview(request: PortalRequest, slug: str) -> HttpResponse:
    """Where the service runs, and what runs there."""
    service = find(request, slug)
    context = {
        "service": service,
        "tab": "releases",
        "part": "environments",
        "environments": environment_queries.of_service(service),
        "may_edit": request.access.can(Capability.SERVICE_EDIT, service.scope.team_id),
    }
    return render(request, "readiness/environments/list.html", context)


@door(GET=SIGNED_IN, POST=Capability.SERVICE_EDIT)
def add(request: PortalRequest, slug: str) -> HttpResponse:
    """The form that adds an environment."""
    service = find(request, slug)
    permissions.require(request.access, Capability.SERVICE_EDIT, service.scope)
    form = EnvironmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            added = environments.add(request.access, service=service, **form.cleaned_data)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"{added.name} is added.")
            return redirect("readiness:service_environments", service.slug)
    context = {"service": service, "form": form}
    return render(request, "readiness/environments/form.html", context, status=422 if form.errors else 200)
