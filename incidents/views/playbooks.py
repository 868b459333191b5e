"""Pages of the alert playbooks: all that ship, and one as a service follows it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from incidents.actions import adapted_playbooks as actions
from incidents.forms.playbooks import AdaptForm, NoteForm
from incidents.models import AlertPlaybook
from incidents.queries import adapted_playbooks, playbooks
from incidents.queries.adapted_playbooks import Followed
from portal import permissions
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import Conflict, DomainError
from portal.forms import refusals
from portal.permissions import Capability
from readiness.models import Service
from readiness.views.services import find


@door(GET=SIGNED_IN)
def overview(request: PortalRequest) -> HttpResponse:
    """All playbooks with their steps, and which services follow steps of their own."""
    context = {"playbooks": playbooks.all_playbooks(), "adapted": adapted_playbooks.by_playbook(request.access)}
    return render(request, "incidents/playbooks/overview.html", context)


@door(GET=SIGNED_IN)
def listed(request: PortalRequest, slug: str) -> HttpResponse:
    """All playbooks as a service follows them: which its team adapted, who and when."""
    service = find(request, slug)
    context = {"service": service, "playbooks": adapted_playbooks.of_service(service)}
    return render(request, "incidents/playbooks/service_list.html", context)


@door(GET=SIGNED_IN)
def of_service(request: PortalRequest, slug: str, key: str) -> HttpResponse:
    """A playbook as a service follows it: its team's steps, and beside them those that ship."""
    service, followed = _followed(request, slug, key)
    context = {
        "service": service,
        "followed": followed,
        "may_write": request.access.can(Capability.DOCUMENT_WRITE, service.scope.team_id),
    }
    return render(request, "incidents/playbooks/of_service.html", context)


@door(GET=Capability.DOCUMENT_WRITE, POST=Capability.DOCUMENT_WRITE)
def adapt(request: PortalRequest, slug: str, key: str) -> HttpResponse:
    """The form of the steps that a service follows."""
    service, followed = _followed(request, slug, key)
    permissions.require(request.access, Capability.DOCUMENT_WRITE, service.scope)
    form, newer = AdaptForm(request.POST or None, followed=followed), False
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.adapt(
                request.access,
                service=service,
                playbook=followed.playbook,
                steps=data["steps"],
                note=data["note"],
                seen=data["seen"],
            )
        except DomainError as refusal:
            refusals.show(form, refusal)
            if isinstance(refusal, Conflict):
                newer, followed = True, _followed(request, slug, key)[1]
                refusals.show_newer(form, seen=followed.seen)
        else:
            messages.success(request, "Incidents of this service take these steps from now on.")
            return redirect("incidents:service_playbook", slug, key)
    context = {"service": service, "followed": followed, "form": form, "newer": newer}
    return render(request, "incidents/playbooks/adapt.html", context, status=422 if form.errors else 200)


@door(GET=Capability.DOCUMENT_WRITE, POST=Capability.DOCUMENT_WRITE)
def use_shipped(request: PortalRequest, slug: str, key: str) -> HttpResponse:
    """Why a service goes back to the steps that ship."""
    service, followed = _followed(request, slug, key)
    permissions.require(request.access, Capability.DOCUMENT_WRITE, service.scope)
    if followed.adapted is None or not followed.is_adapted:
        return redirect("incidents:service_playbook", slug, key)
    form = NoteForm(request.POST or None, initial={"seen": followed.seen})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.use_shipped(request.access, adapted=followed.adapted, note=data["note"], seen=data["seen"])
        except DomainError as refusal:
            refusals.show(form, refusal)
            if isinstance(refusal, Conflict):
                refusals.show_newer(form, seen=_followed(request, slug, key)[1].seen)
        else:
            messages.success(request, "Incidents of this service take the steps that ship from now on.")
            return redirect("incidents:service_playbook", slug, key)
    context = {"service": service, "followed": followed, "form": form}
    return render(request, "incidents/playbooks/use_shipped.html", context, status=422 if form.errors else 200)


def _followed(request: PortalRequest, slug: str, key: str) -> tuple[Service, Followed]:
    service = find(request, slug)
    playbook = get_object_or_404(AlertPlaybook.objects.all(), key=key)
    return service, adapted_playbooks.followed(service, playbook)
