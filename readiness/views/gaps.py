"""The gaps of a service with their scores, and the press that makes an action item of one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal import clock
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import DomainError
from portal.permissions import Capability
from readiness.actions import gaps as actions
from readiness.queries import action_items, findings, gaps, service_page
from readiness.rules.gaps import SHOWN


@door(GET=SIGNED_IN, POST=Capability.ACTION_ITEM_CHANGE)
def of_service(request: PortalRequest, slug: str) -> HttpResponse:
    """All gaps, the heaviest first; a press on one opens its action item."""
    service = get_object_or_404(service_page.glanced(request.access), slug=slug)
    if request.method == "POST":
        try:
            opened = actions.follow_up(request.access, service=service, key=request.POST.get("key", ""))
        except DomainError as refusal:
            messages.error(request, refusal.message)
        else:
            item = opened.item
            words = f"Action item {item.number} is {item.owner.name}’s, due {item.due_on:%d %b %Y}."
            messages.success(request, words if opened.is_new else f"Action item {item.number} stands for it already.")
        return redirect("readiness:service_gaps", slug)
    context = {
        "service": service,
        "tab": "gaps",
        "lines": gaps.of_service(service, clock.now()),
        "may_change": action_items.may_change(request.access, service),
    }
    return render(request, "readiness/gaps/of_service.html", context)


@door(GET=SIGNED_IN)
def heaviest(request: PortalRequest, slug: str) -> HttpResponse:
    """For the first page of a service: the three that weigh most, and what there is to do."""
    service = get_object_or_404(service_page.glanced(request.access), slug=slug)
    found = gaps.of_service(service, clock.now())
    context = {
        "service": service,
        "lines": found[:SHOWN],
        "total": len(found),
        "items": list(action_items.of_service(service)[:6]),
        "findings": list(findings.unclosed(service)[:6]),
        "may_change": action_items.may_change(request.access, service),
    }
    return render(request, "readiness/gaps/_heaviest.html", context)
