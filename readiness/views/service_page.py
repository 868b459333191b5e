"""The pages of one service: at a glance, its reviews, decisions, checks, packs and history."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from portal import clock, lists
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.permissions import Capability
from portal.queries import audit_trail
from portal.tables.audit_trail import AuditTrailTable
from readiness.extension_points import page_panels
from readiness.forms.recurring_checks import CheckFilter
from readiness.forms.service_page import DecisionFilter, HistoryFilter, PackFilter, ReviewFilter
from readiness.models import Service
from readiness.queries import check_calendar, recurring_checks, service_page
from readiness.tables.recurring_checks import CheckTable
from readiness.tables.service_page import DecisionTable, PackTable, ReviewTable

MAY = {
    "may_edit": Capability.SERVICE_EDIT,
    "may_assign": Capability.OWNERSHIP_ASSIGN,
    "may_start": Capability.REVIEW_START,
    "may_plan": Capability.RELEASE_PLAN,
    "may_drill": Capability.DRILL_RECORD,
    "may_declare": Capability.DEPENDENCY_DECLARE,
    "may_find": Capability.FINDING_OPEN,
    "may_request": Capability.PACK_REQUEST,
}
"""What decides which ways on a service's page offers."""


def rights(request: PortalRequest, service: Service) -> dict[str, bool]:
    """What this person may begin on the service."""
    return {name: request.access.can(capability, service.scope.team_id) for name, capability in MAY.items()}


@door(GET=SIGNED_IN)
def glance(request: PortalRequest, slug: str) -> HttpResponse:
    """The first page."""
    service = get_object_or_404(service_page.glanced(request.access), slug=slug)
    context = {
        "service": service,
        "tab": "glance",
        "glance": service_page.glance(service, request.access, clock.now()),
        "panels": [panel for contributor in page_panels if (panel := contributor(service))],
        **rights(request, service),
    }
    return render(request, "readiness/service_page/glance.html", context)


@door(GET=SIGNED_IN)
def reviews(request: PortalRequest, slug: str) -> HttpResponse:
    """Its reviews."""
    service = get_object_or_404(service_page.services(request.access), slug=slug)
    return lists.answer(
        request,
        queryset=service_page.reviews(service),
        table=ReviewTable,
        filters=ReviewFilter,
        template="readiness/service_page/reviews.html",
        name=f"{slug}-reviews",
        service=service,
        tab="readiness",
        **rights(request, service),
    )


@door(GET=SIGNED_IN)
def decisions(request: PortalRequest, slug: str) -> HttpResponse:
    """Its decisions."""
    service = get_object_or_404(service_page.services(request.access), slug=slug)
    return lists.answer(
        request,
        queryset=service_page.decisions(service, request.access),
        table=DecisionTable,
        filters=DecisionFilter,
        template="readiness/service_page/decisions.html",
        name=f"{slug}-decisions",
        service=service,
        tab="decisions",
        **rights(request, service),
    )


@door(GET=SIGNED_IN)
def checks(request: PortalRequest, slug: str) -> HttpResponse:
    """Its recurring checks: the calendar of the newest periods, and every one as a list."""
    service = get_object_or_404(service_page.services(request.access), slug=slug)
    return lists.answer(
        request,
        queryset=recurring_checks.listed(request.access).filter(service=service),
        table=partial(CheckTable, exclude=("service",)),
        filters=CheckFilter,
        template="readiness/service_page/checks.html",
        name=f"{slug}-checks",
        service=service,
        tab="checks",
        grids=check_calendar.grids(check_calendar.services(request.access).filter(pk=service.pk), clock.now()),
        **rights(request, service),
    )


@door(GET=SIGNED_IN)
def packs(request: PortalRequest, slug: str) -> HttpResponse:
    """The audit packs it is in."""
    service = get_object_or_404(service_page.services(request.access), slug=slug)
    return lists.answer(
        request,
        queryset=service_page.packs(service, request.access),
        table=PackTable,
        filters=PackFilter,
        template="readiness/service_page/packs.html",
        name=f"{slug}-packs",
        service=service,
        tab="packs",
        **rights(request, service),
    )


@door(GET=SIGNED_IN)
def events(request: PortalRequest, slug: str) -> HttpResponse:
    """What happened to it, from the record."""
    service = get_object_or_404(service_page.services(request.access), slug=slug)
    return lists.answer(
        request,
        queryset=audit_trail.events(request.access, scope=service.scope),
        table=partial(AuditTrailTable, access=request.access),
        filters=HistoryFilter,
        template="readiness/service_page/history.html",
        name=f"{slug}-history",
        service=service,
        tab="history",
    )
