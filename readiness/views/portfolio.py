"""The portfolio: every service a person may see, as a heat-map of ten pillars."""

from django.http import HttpResponse
from django.shortcuts import render

from portal import clock, lists
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.permissions import Capability
from readiness.forms.portfolio import PortfolioFilter
from readiness.queries import heaviest_gaps, portfolio
from readiness.queries import leadership as leadership_queries
from readiness.tables.portfolio import PortfolioTable


@door(GET=SIGNED_IN)
def overview(request: PortalRequest) -> HttpResponse:
    """The engineering view."""
    return lists.answer(
        request,
        queryset=portfolio.services(request.access),
        table=PortfolioTable,
        filters=PortfolioFilter,
        template="readiness/portfolio/overview.html",
        name="portfolio",
        may_register=request.access.can(Capability.SERVICE_REGISTER),
    )


@door(GET=SIGNED_IN)
def leadership(request: PortalRequest) -> HttpResponse:
    """The leadership view: one page, also on paper."""
    now = clock.now()
    context = {"page": leadership_queries.page(request.access, now), "now": now}
    return render(request, "readiness/portfolio/leadership.html", context)


@door(GET=SIGNED_IN)
def leadership_gaps(request: PortalRequest) -> HttpResponse:
    """What weighs most over all services, read after the rest of the page."""
    lines = heaviest_gaps.across(request.access, clock.now())
    return render(request, "readiness/portfolio/_heaviest.html", {"lines": lines})
