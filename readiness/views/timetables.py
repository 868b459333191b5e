"""When a team's checks open and are due: a card on its page, and a page of its own that changes them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal import permissions
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import DomainError
from portal.forms import refusals
from portal.models import Team
from portal.permissions import Capability
from readiness.actions import timetables as actions
from readiness.forms.timetables import TimetableForm
from readiness.queries import timetables


@door(GET=SIGNED_IN, POST=Capability.CHECK_SCHEDULE)
def of_team(request: PortalRequest, slug: str) -> HttpResponse:
    """The three timetables; each is a form of its own for who may change it."""
    team = get_object_or_404(Team.objects.visible_to(request.access), slug=slug)
    lines = timetables.of_team(team)
    may_change = request.access.can(Capability.CHECK_SCHEDULE, team.pk)
    if request.htmx:
        return render(
            request, "readiness/checks/_timetables.html", {"team": team, "lines": lines, "may_change": may_change}
        )
    if request.method == "POST":
        permissions.require(request.access, Capability.CHECK_SCHEDULE, team_id=team.pk)
    sent = request.POST.get("cadence")
    forms = {
        line.cadence: TimetableForm(request.POST if sent == line.cadence else None, timetable=line.timetable)
        for line in lines
    }
    chosen = next((form for cadence, form in forms.items() if cadence == sent), None)
    if chosen is not None and chosen.is_valid():
        try:
            actions.change(request.access, team=team, timetable=chosen.wanted)
        except DomainError as refusal:
            refusals.show(chosen, refusal)
        else:
            messages.success(request, "Saved. It holds for the periods that open from now on.")
            return redirect("readiness:timetables", team.slug)
    context = {"team": team, "lines": [(line, forms[line.cadence]) for line in lines], "may_change": may_change}
    status = 422 if request.method == "POST" else 200
    return render(request, "readiness/checks/timetables.html", context, status=status)
