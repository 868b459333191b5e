"""What is still missing for a go: read after the page, since it looks at everything that a decision looks at."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from portal import clock
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.permissions import Capability
from readiness.models import Service
from readiness.queries import way_to_go
from readiness.views.reviews import find


@door(GET=SIGNED_IN)
def of_service(request: PortalRequest, slug: str) -> HttpResponse:
    """For the first page of a service."""
    visible = Service.objects.visible_to(request.access).select_related("scope__team")
    service = get_object_or_404(visible, slug=slug)
    way = way_to_go.of_service(service, request.access, clock.now())
    return render(request, "readiness/service_page/_way.html", {"service": service, "way": way})


@door(GET=SIGNED_IN)
def besides(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """For the panel of a deployment review: what stands in the way besides its own items."""
    review = find(request, slug, number)
    way = way_to_go.besides(review, request.access, clock.now())
    team = review.service.scope.team_id
    may_ask = request.access.can(Capability.REVIEW_START, team)
    context = {
        "service": review.service,
        "review": review,
        "way": way,
        "may_ask": may_ask and not request.access.can(Capability.DECISION_RECORD, team),
    }
    return render(request, "readiness/reviews/_besides.html", context)
