"""Pages of a service's targets."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from portal import permissions
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import Conflict, DomainError
from portal.forms import refusals
from portal.permissions import Capability
from readiness.actions import targets
from readiness.forms.targets import TargetsForm
from readiness.models import ServiceTarget
from readiness.queries import targets as target_queries
from readiness.views.services import find


@door(GET=SIGNED_IN)
def detail(request: PortalRequest, slug: str) -> HttpResponse:
    """What the service promises, and how that changed."""
    service = find(request, slug)
    head = ServiceTarget.objects.get(service=service)
    context = {
        "service": service,
        "tab": "releases",
        "part": "targets",
        "figures": target_queries.figures(head),
        "changes": target_queries.history(head),
        "may_edit": request.access.can(Capability.SERVICE_EDIT, service.scope.team_id),
    }
    return render(request, "readiness/targets/detail.html", context)


@door(GET=SIGNED_IN, POST=Capability.SERVICE_EDIT)
def change(request: PortalRequest, slug: str) -> HttpResponse:
    """The form with all targets."""
    service = find(request, slug)
    permissions.require(request.access, Capability.SERVICE_EDIT, service.scope)
    head = ServiceTarget.objects.get(service=service)
    form, status = TargetsForm(request.POST or None, target=head), 200
    if request.method == "POST" and form.is_valid():
        try:
            targets.change(
                request.access, service=service, targets=form.targets(), revision=form.cleaned_data["revision"]
            )
        except Conflict as conflict:
            form = form.at_revision(head.revision)
            refusals.show(form, conflict)
            status = conflict.status
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, "The targets are saved.")
            return redirect("readiness:service_targets", service.slug)
    status = status if status != 200 or not form.errors else 422
    return render(request, "readiness/targets/form.html", {"service": service, "form": form}, status=status)
