"""My work: the front page of whoever answers, signs or decides."""

from django.http import HttpResponse
from django.shortcuts import render

from portal import clock, lists
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.permissions import Capability
from readiness.forms.my_work import ItemFilter, SignOffFilter
from readiness.queries import my_work, waiting
from readiness.tables.my_work import ItemTable, SignOffTable


@door(GET=SIGNED_IN)
def overview(request: PortalRequest) -> HttpResponse:
    """Everything that waits for this person, each one link from done."""
    context = {
        "work": my_work.page(request.access),
        "today": clock.today_in(request.access.person.time_zone),
        "may_close": request.access.can(Capability.FINDING_CLOSE),
        "may_register": request.access.can(Capability.SERVICE_REGISTER),
    }
    return render(request, "readiness/my_work/overview.html", context)


@door(GET=SIGNED_IN)
def answered_for(request: PortalRequest) -> HttpResponse:
    """The part with the services and domains that are this person's."""
    return render(request, "readiness/my_work/_owned.html", {"mine": my_work.answered_for(request.access)})


@door(GET=SIGNED_IN)
def signoffs(request: PortalRequest) -> HttpResponse:
    """All items that wait for this person's sign-off, as a list."""
    found = waiting.signoffs(request.access).select_related("review__service", "review__release")
    return lists.answer(
        request,
        queryset=found,
        table=SignOffTable,
        filters=SignOffFilter,
        template="readiness/my_work/signoffs.html",
        name="my-signoffs",
    )


@door(GET=SIGNED_IN)
def items(request: PortalRequest) -> HttpResponse:
    """All items that are this person's to answer, as a list."""
    found = waiting.items(request.access).select_related("review__service", "review__release")
    return lists.answer(
        request,
        queryset=found,
        table=ItemTable,
        filters=ItemFilter,
        template="readiness/my_work/items.html",
        name="my-items",
    )
