"""Pages of alert sources: the list, making one, whose token is shown once, and revoking."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from incidents.actions import alert_posts
from incidents.actions import alert_sources as actions
from incidents.forms.alerts import SourceFilter, SourceForm
from incidents.models import AlertSource
from incidents.queries import alert_tray
from incidents.rules import alert_blocks
from incidents.tables.alerts import SourceTable
from portal import clock, lists
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import DomainError
from portal.forms import refusals
from portal.models import Team
from portal.permissions import CAPABILITIES, Access, Capability


@door(GET=SIGNED_IN)
def overview(request: PortalRequest) -> HttpResponse:
    """The sources of one's teams."""
    return lists.answer(
        request,
        queryset=alert_tray.sources(request.access),
        table=SourceTable,
        filters=SourceFilter,
        template="incidents/alerts/sources.html",
        name="alert-sources",
        may_make=request.access.can(Capability.TEAM_MANAGE),
    )


@door(GET=Capability.TEAM_MANAGE, POST=Capability.TEAM_MANAGE)
def make(request: PortalRequest) -> HttpResponse:
    """The form that makes a source. The answer to it is the only page that ever shows the token."""
    form = SourceForm(request.POST or None, teams=_teams(request.access))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.make(request.access, **form.cleaned_data)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            address = settings.BASE_URL + reverse("api_alert_posts", args=[made.source.public_id])
            response = render(request, "incidents/alerts/source_made.html", {"made": made, "address": address})
            response["Cache-Control"] = "no-store"
            return response
    status = 422 if request.method == "POST" else 200
    return render(request, "incidents/alerts/source_make.html", {"form": form}, status=status)


@door(GET=SIGNED_IN)
def detail(request: PortalRequest, source: uuid.UUID) -> HttpResponse:
    """One source: where it posts, when it was last heard, and what of it could not be taken in."""
    found = get_object_or_404(alert_tray.sources(request.access), public_id=source)
    may_manage = request.access.can(Capability.TEAM_MANAGE, found.team_id)
    stuck = alert_tray.stuck_posts(found) if may_manage and found.stuck else []  # type: ignore[attr-defined]  # annotated
    context = {
        "source": found,
        "address": settings.BASE_URL + reverse("api_alert_posts", args=[found.public_id]),
        "may_manage": may_manage,
        "firing": alert_tray.firing(request.access, found),
        "stuck": stuck,
        "silent_hours": alert_blocks.silent_hours(found.kind),
        "now": clock.now(),
    }
    return render(request, "incidents/alerts/source.html", context)


@door(POST=Capability.TEAM_MANAGE)
def try_again(request: PortalRequest, source: uuid.UUID) -> HttpResponse:
    """Has tried again what of a source could not be taken in."""
    visible = AlertSource.objects.visible_to(request.access).select_related("team")
    found = get_object_or_404(visible, public_id=source)
    try:
        number = alert_posts.try_again(request.access, source=found)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"{number} post{'' if number == 1 else 's'} of {found.name} are tried again now.")
    return redirect("incidents:alert_source", found.public_id)


@door(GET=Capability.TEAM_MANAGE, POST=Capability.TEAM_MANAGE)
def revoke(request: PortalRequest, source: uuid.UUID) -> HttpResponse:
    """What revoking does, and the button that does it."""
    visible = AlertSource.objects.visible_to(request.access).select_related("team")
    found = get_object_or_404(visible, public_id=source)
    if request.method == "POST":
        try:
            actions.revoke(request.access, source=found, ends_alerts=bool(request.POST.get("ends_alerts")))
        except DomainError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, f"{found.name} is revoked. What it posts is refused from now on.")
        return redirect("incidents:alert_sources")
    may_end = request.access.can(Capability.INCIDENT_RESPOND, found.team_id)
    context = {"source": found, "firing": alert_tray.firing(request.access, found), "may_end": may_end}
    return render(request, "incidents/alerts/source_revoke.html", context)


def _teams(access: Access) -> QuerySet[Team]:
    """The teams whose sources one may make."""
    if any(Capability.TEAM_MANAGE in CAPABILITIES[role] for role in access.across):
        return Team.objects.order_by("name")
    return Team.objects.filter(pk__in=access.teams_with(Capability.TEAM_MANAGE)).order_by("name")
