"""The search: everything one may read, by its words."""

from django.http import HttpResponse
from django.shortcuts import render

from portal.actions import searching as actions
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.extension_points import search_sources
from portal.queries import searching
from portal.queries.searching import Wanted


@door(GET=SIGNED_IN)
def results(request: PortalRequest) -> HttpResponse:
    """What was found, or what can be looked for. No query is refused: signs that are no words are passed over."""
    asked = request.GET
    wanted = Wanted(asked.get("q", ""), asked.get("kind", ""), asked.get("service", "").strip())
    if wanted.typed.strip():
        actions.freshen()
    found = searching.found(request.access, wanted, asked.get("page"))
    return render(
        request, "portal/search/results.html", {"found": found, "wanted": wanted, "sources": search_sources.items()}
    )
