"""Pages of a service's own facts: registering, editing, what applies, its tier, pausing and retiring."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render

from portal import clock, permissions
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import Conflict, DomainError
from portal.forms import refusals
from portal.permissions import Capability
from readiness.actions import service_changes, service_states, services
from readiness.choices import ServiceState
from readiness.forms.services import (
    EditServiceForm,
    PauseForm,
    RegisterForm,
    RetireForm,
    ServiceFields,
    TraitFields,
    encoded,
    merged,
)
from readiness.models import Service
from readiness.queries import applicability, service_page
from readiness.queries import services as service_queries
from readiness.rules.applicability import Traits


@door(GET=Capability.SERVICE_REGISTER, POST=Capability.SERVICE_REGISTER)
def register(request: PortalRequest) -> HttpResponse:
    """The form that registers a service, with what would apply to it."""
    form = RegisterForm(request.POST or None, access=request.access)
    if request.method == "POST" and form.is_valid():
        try:
            service = services.register(
                request.access,
                team=form.cleaned_data["team"],
                slug=form.cleaned_data["slug"],
                owner=form.cleaned_data["owner"],
                facts=form.facts(),
                restricted=form.cleaned_data["restricted"],
                environments=form.places(),
                promised=form.targets(),
            )
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"{service.name} is registered, as a draft.")
            return redirect(service)
    return _form(request, "readiness/services/register.html", form, {})


@door(GET=SIGNED_IN, POST=Capability.SERVICE_EDIT)
def edit(request: PortalRequest, slug: str) -> HttpResponse:
    """The form that changes what is declared about a service."""
    service = find(request, slug)
    permissions.require(request.access, Capability.SERVICE_EDIT, service.scope)
    form = EditServiceForm(request.POST or None, service=service)
    if request.method == "POST" and form.is_valid():
        try:
            service_changes.change(
                request.access,
                service=service,
                owner=form.cleaned_data["owner"],
                facts=form.facts(),
                restricted=form.cleaned_data["restricted"],
                revision=form.cleaned_data["revision"],
            )
        except Conflict as conflict:
            base = service_queries.content_at(service, form.cleaned_data["revision"])
            form, differences = merged(form, find(request, slug), base)
            context = {"service": service, "conflict": conflict, "differences": differences}
            return _form(request, "readiness/services/edit.html", form, context, status=conflict.status)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"Saved. {service.name} is asked what applies to it now.")
            return redirect(service)
    return _form(request, "readiness/services/edit.html", form, {"service": service})


@door(GET=SIGNED_IN)
def applicable(request: PortalRequest) -> HttpResponse:
    """The fragment beside the form: what applies with the traits as ticked, and what the last tick changed."""
    before = TraitFields(QueryDict(request.GET["before"])).traits() if "before" in request.GET else None
    return render(request, "readiness/services/_applies_changed.html", _panel(TraitFields(request.GET), before))


@door(GET=Capability.SERVICE_REGISTER)
def proposed_slug(request: PortalRequest) -> HttpResponse:
    """The fragment with the short name: a new proposal, unless the person wrote one of their own."""
    typed, proposed = request.GET.get("slug", ""), request.GET.get("proposed", "")
    name = request.GET.get("name", "")
    if typed == proposed:
        typed = proposed = service_queries.free_slug(name) if name.strip() else ""
    form = RegisterForm(access=request.access, initial={"slug": typed, "proposed": proposed})
    return render(request, "readiness/services/_slug.html", {"form": form})


@door(POST=Capability.TIER_CONFIRM)
def confirm_tier(request: PortalRequest, slug: str) -> HttpResponse:
    """An approver confirms the tier."""
    service = find(request, slug)
    try:
        confirmed = service_changes.confirm_tier(request.access, service=service, revision=_revision(request))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"Tier {confirmed.tier} is confirmed.")
    return redirect(service)


@door(GET=SIGNED_IN, POST=Capability.SERVICE_EDIT)
def pause(request: PortalRequest, slug: str) -> HttpResponse:
    """The form that pauses a live service, or takes a paused one back."""
    service = find(request, slug)
    permissions.require(request.access, Capability.SERVICE_EDIT, service.scope)
    form = PauseForm(request.POST or None, today=clock.today_in(service.team.time_zone))
    if request.method == "POST" and form.is_valid():
        try:
            service_states.pause(request.access, service=service, **form.cleaned_data)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"{service.name} is paused.")
            return redirect(service)
    return _act(request, "pause", service, form)


@door(POST=Capability.SERVICE_EDIT)
def resume(request: PortalRequest, slug: str) -> HttpResponse:
    """Takes a paused service back to live."""
    service = find(request, slug)
    try:
        service_states.resume(request.access, service=service)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"{service.name} is live again.")
    return redirect(service)


@door(GET=SIGNED_IN, POST=Capability.SERVICE_EDIT)
def retire(request: PortalRequest, slug: str) -> HttpResponse:
    """The form that retires a service."""
    service = find(request, slug)
    permissions.require(request.access, Capability.SERVICE_EDIT, service.scope)
    form = RetireForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            service_states.retire(request.access, service=service, **form.cleaned_data)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"{service.name} is retired.")
            return redirect(service)
    return _act(request, "retire", service, form)


def find(request: PortalRequest, slug: str) -> Service:
    """The service with what the frame of its pages needs, for who may see it; 404 otherwise."""
    return get_object_or_404(service_page.services(request.access), slug=slug)


def _form(
    request: PortalRequest, template: str, form: ServiceFields, context: dict[str, object], status: int = 200
) -> HttpResponse:
    status = 422 if form.errors else status
    return render(request, template, {**context, "form": form, **_panel(form)}, status=status)


def _act(request: PortalRequest, act: str, service: Service, form: PauseForm | RetireForm) -> HttpResponse:
    context = {"service": service, "form": form, "live": service.state == ServiceState.LIVE}
    return render(request, f"readiness/services/{act}.html", context, status=422 if form.errors else 200)


def _panel(form: TraitFields, before: Traits | None = None) -> dict[str, object]:
    """What the panel beside the form shows, and the traits it shows it for, to compare the next tick with."""
    traits = form.traits()
    return {"picture": applicability.picture(traits, before), "ticked": encoded(traits)}


def _revision(request: PortalRequest) -> int:
    """The revision that the page showed; one that is no number is that of no page."""
    given = request.POST.get("revision", "")
    return int(given) if given.isdecimal() and len(given) < 10 else -1
