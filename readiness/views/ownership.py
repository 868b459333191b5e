"""Ownership: the matrix of all services, one service's owners with their history, naming and taking off."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRefresh

from portal import clock, lists
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import DomainError
from portal.forms import refusals
from portal.permissions import Capability
from readiness.actions import ownership as actions
from readiness.forms.ownership import AssignForm, MatrixFilter, VacateForm
from readiness.models import Assignment, OwnershipDomain, Service
from readiness.queries import ownership, service_page
from readiness.tables.ownership import MatrixTable


@door(GET=SIGNED_IN)
def matrix(request: PortalRequest) -> HttpResponse:
    """Every service with its domains: what needs somebody first."""
    return lists.answer(
        request,
        queryset=ownership.services(request.access),
        table=MatrixTable,
        filters=MatrixFilter,
        template="readiness/ownership/matrix.html",
        name="ownership",
        assignable_teams=request.access.teams_with(Capability.OWNERSHIP_ASSIGN),
    )


@door(GET=SIGNED_IN)
def of_service(request: PortalRequest, slug: str) -> HttpResponse:
    """One service's owners, and who held what before."""
    service = get_object_or_404(ownership.with_holders(Service.objects.visible_to(request.access)), slug=slug)
    context = {
        "service": service,
        "tab": "ownership",
        "row": ownership.row(service, ownership.domains(), clock.now()),
        "history": ownership.history(service),
        "may_assign": request.access.can(Capability.OWNERSHIP_ASSIGN, service.scope.team_id),
        "may_edit": request.access.can(Capability.SERVICE_EDIT, service.scope.team_id),
    }
    return render(request, "readiness/ownership/of_service.html", context)


@door(GET=SIGNED_IN, POST=Capability.OWNERSHIP_ASSIGN)
def assign(request: PortalRequest, slug: str, domain: str) -> HttpResponse:
    """The form that names somebody for a domain: a dialog in place, or a page of its own."""
    service = get_object_or_404(service_page.services(request.access), slug=slug)
    held = get_object_or_404(OwnershipDomain, key=domain)
    form = AssignForm(request.POST or None, service=service)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.assign(request.access, service=service, domain=held, **form.cleaned_data)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            return _done(request, service, f"{made.person.name} is {made.role} for {held.title} of {service.name}.")
    return _asked(request, "assign", {"service": service, "domain": held, "form": form})


@door(GET=SIGNED_IN, POST=Capability.OWNERSHIP_ASSIGN)
def vacate(request: PortalRequest, slug: str, assignment: str) -> HttpResponse:
    """The form that takes somebody off a domain."""
    service = get_object_or_404(service_page.services(request.access), slug=slug)
    standing = Assignment.objects.visible_to(request.access).current().select_related("person", "domain")
    held = get_object_or_404(standing, service=service, public_id=assignment)
    form = VacateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.vacate(request.access, service=service, domain=held.domain, person=held.person, **form.cleaned_data)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            return _done(request, service, f"{held.person.name} is no longer {held.role} for {held.domain.title}.")
    return _asked(request, "vacate", {"service": service, "held": held, "form": form})


def _asked(request: PortalRequest, act: str, context: dict[str, object]) -> HttpResponse:
    """The form in its frame; 422 where it was refused. `next` is where the person came from."""
    template = f"readiness/ownership/_{act}.html" if request.htmx else f"readiness/ownership/{act}.html"
    status = 422 if request.method == "POST" else 200
    return render(request, template, {**context, "next": _next(request)}, status=status)


def _done(request: PortalRequest, service: Service, words: str) -> HttpResponse:
    messages.success(request, words)
    if request.htmx:
        return HttpResponseClientRefresh()
    return redirect(_next(request) or "readiness:service_ownership", *([] if _next(request) else [service.slug]))


def _next(request: HttpRequest) -> str:
    """Where to go back to, if it is an address of ours."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    return address if url_has_allowed_host_and_scheme(address, {request.get_host()}) else ""
