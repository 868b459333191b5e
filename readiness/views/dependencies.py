"""Pages of a service's external dependencies."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal import lists, permissions
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import DomainError
from portal.forms import refusals
from portal.permissions import Capability
from readiness.actions import dependencies
from readiness.forms.dependencies import DeclarationForm, DependencyFilter, DependencyForm
from readiness.models import Dependency, Service
from readiness.queries import declarations
from readiness.tables.dependencies import ActionableDependencyTable, DependencyTable
from readiness.views.services import find


@door(GET=SIGNED_IN)
def overview(request: PortalRequest, slug: str) -> HttpResponse:
    """What the service needs from outside, and how it does."""
    service = find(request, slug)
    may_declare = request.access.can(Capability.DEPENDENCY_DECLARE, service.scope.team_id)
    standing = declarations.dependencies(request.access).filter(service=service, removed_at__isnull=True)
    return lists.answer(
        request,
        queryset=standing,
        table=ActionableDependencyTable if may_declare else DependencyTable,
        filters=DependencyFilter,
        template="readiness/dependencies/list.html",
        name=f"{service.slug}-dependencies",
        service=service,
        tab="releases",
        part="dependencies",
        may_declare=may_declare,
    )


@door(GET=SIGNED_IN, POST=Capability.DEPENDENCY_DECLARE)
def add(request: PortalRequest, slug: str) -> HttpResponse:
    """The form that names a dependency."""
    service = find(request, slug)
    permissions.require(request.access, Capability.DEPENDENCY_DECLARE, service.scope)
    form = DependencyForm(request.POST or None, offered=declarations.may_need(request.access, service))
    if request.method == "POST" and form.is_valid():
        try:
            added = dependencies.add(request.access, service=service, **form.cleaned_data)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"{added.name} is added. Say how it does.")
            return redirect("readiness:dependency_declare", service.slug, added.public_id)
    context = {"service": service, "form": form}
    return render(request, "readiness/dependencies/form.html", context, status=422 if form.errors else 200)


@door(GET=SIGNED_IN, POST=Capability.DEPENDENCY_DECLARE)
def declare(request: PortalRequest, slug: str, public_id: str) -> HttpResponse:
    """The form that says how a dependency does."""
    service = find(request, slug)
    permissions.require(request.access, Capability.DEPENDENCY_DECLARE, service.scope)
    dependency = _standing(service, public_id)
    form = DeclarationForm(request.POST or None, initial={"state": dependency.state, "note": dependency.note})
    if request.method == "POST" and form.is_valid():
        try:
            dependencies.declare(request.access, dependency=dependency, **form.cleaned_data)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"{dependency.name} is {dependency.get_state_display().lower()}.")
            return redirect("readiness:service_dependencies", service.slug)
    context = {"service": service, "form": form, "dependency": dependency}
    return render(request, "readiness/dependencies/declare.html", context, status=422 if form.errors else 200)


@door(POST=Capability.DEPENDENCY_DECLARE)
def remove(request: PortalRequest, slug: str, public_id: str) -> HttpResponse:
    """Takes a dependency off."""
    service = find(request, slug)
    dependency = _standing(service, public_id)
    try:
        dependencies.remove(request.access, dependency=dependency)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"{dependency.name} is taken off.")
    return redirect("readiness:service_dependencies", service.slug)


def _standing(service: Service, public_id: str) -> Dependency:
    standing = service.dependencies.filter(removed_at__isnull=True).select_related("service__scope__team")
    return get_object_or_404(standing, public_id=public_id)
