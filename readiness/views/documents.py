"""The documents of one service: its model cards, decision records and what upper apps keep of it."""

from django.http import HttpResponse
from django.shortcuts import render

from portal.doors import SIGNED_IN, PortalRequest, door
from portal.permissions import Capability
from readiness.extension_points import document_panels
from readiness.queries import decision_records, model_cards
from readiness.views.services import find


@door(GET=SIGNED_IN)
def of_service(request: PortalRequest, slug: str) -> HttpResponse:
    """Every document of a service, with the holes: a model without a card."""
    service = find(request, slug)
    context = {
        "service": service,
        "tab": "documents",
        "panels": [give(service) for give in document_panels],
        "models": list(model_cards.of_service(service)),
        "records": decision_records.of_service(service),
        "may_write": request.access.can(Capability.DOCUMENT_WRITE, service.scope.team_id),
    }
    return render(request, "readiness/documents/of_service.html", context)
