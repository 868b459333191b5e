"""Pages of a service's releases: planning, changing, cancelling, and telling that one was deployed."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal import clock, lists, permissions
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import Conflict, DomainError
from portal.forms import refusals
from portal.permissions import Capability
from readiness.actions import releases
from readiness.forms.releases import CancelForm, ChangeReleaseForm, DeployForm, PlanReleaseForm, ReleaseFilter
from readiness.models import Release, Service
from readiness.queries import live_releases, release_places
from readiness.queries import releases as release_queries
from readiness.queries.release_places import Standing
from readiness.rules import releases as rules
from readiness.tables.releases import ReleaseTable
from readiness.views.services import find


@door(GET=SIGNED_IN)
def overview(request: PortalRequest, slug: str) -> HttpResponse:
    """Every release of the service, the newest first."""
    service = find(request, slug)
    return lists.answer(
        request,
        queryset=release_queries.listed(service),
        table=ReleaseTable,
        filters=ReleaseFilter,
        template="readiness/releases/list.html",
        name=f"{service.slug}-releases",
        service=service,
        tab="releases",
        part="releases",
        may_plan=request.access.can(Capability.RELEASE_PLAN, service.scope.team_id),
    )


@door(GET=SIGNED_IN)
def detail(request: PortalRequest, slug: str, label: str) -> HttpResponse:
    """One release: what it brings and carries, its reviews and decisions, where it runs."""
    release = _shown(request, slug, label)
    now = clock.now()
    service, standing = release.service, release_places.of(release, now)
    progress = standing.progress(release)
    context = {
        "service": service,
        "release": release,
        "stage": release_queries.stage(release),
        "fixed_incident": release_queries.incident_fixed(release),
        "reviews": list(release.reviews.order_by("-started_at")),
        "standing": standing,
        "rollback": standing.rollback,
        "has_go": standing.has_go,
        "may_tell": standing.waits_for_deployment,
        "live": live_releases.of(service, now) if _runs_live(standing) else None,
        "fixed": rules.change_refusal(progress),
        "may_cancel": not rules.cancel_refusal(progress),
        "may_plan": request.access.can(Capability.RELEASE_PLAN, service.scope.team_id),
        "may_deploy": request.access.can(Capability.RELEASE_DEPLOY, service.scope.team_id),
        "may_start": request.access.can(Capability.REVIEW_START, service.scope.team_id),
        "may_decide": request.access.can(Capability.DECISION_RECORD, service.scope.team_id),
    }
    return render(request, "readiness/releases/detail.html", context)


@door(GET=SIGNED_IN, POST=Capability.RELEASE_PLAN)
def plan(request: PortalRequest, slug: str) -> HttpResponse:
    """The form that plans a release."""
    service = find(request, slug)
    permissions.require(request.access, Capability.RELEASE_PLAN, service.scope)
    form = PlanReleaseForm(request.POST or None, service=service)
    if request.method == "POST" and form.is_valid():
        try:
            release = releases.plan(
                request.access,
                service=service,
                facts=form.facts(),
                model_versions=list(form.cleaned_data["model_versions"]),
            )
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"Release {release.label} is planned.")
            return redirect(release)
    context = {"service": service, "form": form, "incidents": release_queries.incidents_to_fix(request.access, service)}
    return render(request, "readiness/releases/form.html", context, status=422 if form.errors else 200)


@door(GET=SIGNED_IN, POST=Capability.RELEASE_PLAN)
def change(request: PortalRequest, slug: str, label: str) -> HttpResponse:
    """The form that changes an undecided release."""
    service = find(request, slug)
    permissions.require(request.access, Capability.RELEASE_PLAN, service.scope)
    release = _release(service, label)
    form, status = ChangeReleaseForm(request.POST or None, release=release), 200
    if request.method == "POST" and form.is_valid():
        try:
            releases.change(
                request.access,
                release=release,
                facts=form.facts(release.label),
                model_versions=list(form.cleaned_data["model_versions"]),
                seen=form.cleaned_data["seen"],
            )
        except Conflict as conflict:
            form = form.seen_now()
            refusals.show(form, conflict)
            status = conflict.status
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"Release {release.label} is saved.")
            return redirect(release)
    status = status if status != 200 or not form.errors else 422
    context = {"service": service, "form": form, "release": release}
    context["incidents"] = release_queries.incidents_to_fix(request.access, service)
    return render(request, "readiness/releases/form.html", context, status=status)


@door(GET=SIGNED_IN, POST=Capability.RELEASE_PLAN)
def cancel(request: PortalRequest, slug: str, label: str) -> HttpResponse:
    """The form that cancels a release."""
    service = find(request, slug)
    permissions.require(request.access, Capability.RELEASE_PLAN, service.scope)
    release = _release(service, label)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            releases.cancel(request.access, release=release, **form.cleaned_data)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"Release {release.label} is cancelled.")
            return redirect("readiness:service_releases", service.slug)
    context = {"service": service, "form": form, "release": release}
    return render(request, "readiness/releases/cancel.html", context, status=422 if form.errors else 200)


@door(GET=SIGNED_IN, POST=Capability.RELEASE_DEPLOY)
def deploy(request: PortalRequest, slug: str, label: str) -> HttpResponse:
    """The form that tells that a release runs in an environment."""
    release = _shown(request, slug, label)
    service = release.service
    permissions.require(request.access, Capability.RELEASE_DEPLOY, service.scope)
    form = DeployForm(request.POST or None, service=service)
    if request.method == "POST" and form.is_valid():
        try:
            deployment = releases.deployed(request.access, release=release, **form.cleaned_data)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"Release {release.label} runs in {deployment.environment.name}.")
            return redirect(release)
    standing = release_places.of(release, clock.now())
    context = {"service": service, "form": form, "release": release, "places": standing.places}
    return render(request, "readiness/releases/deploy.html", context, status=422 if form.errors else 200)


def _runs_live(standing: Standing) -> bool:
    """Whether it is what runs in production now."""
    return any(place.runs_there_now and place.subject.is_production for place in standing.places)


def _shown(request: PortalRequest, slug: str, label: str) -> Release:
    """The release with what its pages show of itself."""
    release = release_queries.find(request.access, slug, label)
    if release is None:
        raise Http404(f"No release {label}.")
    return release


def _release(service: Service, label: str) -> Release:
    return get_object_or_404(
        release_queries.listed(service).select_related("service__scope__team", "planned_by"), label=label
    )
