"""Pages of alerts: what covers each, what came in and matches no rule, and all that came."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from incidents.actions import alert_ends
from incidents.actions import alert_incidents as incident_actions
from incidents.actions import alert_tray as actions
from incidents.choices import AlertState
from incidents.forms.alerts import AlertFilter, CoverFilter, MatchForm, ReasonForm
from incidents.forms.incidents import JoinForm
from incidents.models import Alert
from incidents.queries import alert_incidents, alert_placements, alert_tray, coverage
from incidents.tables.alerts import AlertTable, cover_lines
from portal import lists, permissions
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import DomainError
from portal.forms import refusals
from portal.permissions import Capability


@door(GET=SIGNED_IN)
def overview(request: PortalRequest) -> HttpResponse:
    """The coverage matrix, filtered and in pages, and the tray; with `?_export=csv` or `xlsx` the matrix as a file."""
    found = coverage.rules(request.access)
    chosen = CoverFilter(request.GET, queryset=found, request=request)
    groups = coverage.groups(list(chosen.qs if chosen.is_valid() else found))
    if hole := chosen.form.cleaned_data.get("hole", ""):
        groups = coverage.with_hole(groups, hole)
    if file := lists.FILES.get(request.GET.get(lists.EXPORT_PARAMETER, "")):
        return file("alert-coverage", cover_lines(groups))
    page = Paginator(coverage.lines(groups), lists.PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "groups": coverage.on_page(groups, page.object_list),
        "page": page,
        "filter": chosen,
        "figures": coverage.figures(groups),
        "tray": alert_tray.tray(request.access),
    }
    return render(request, "incidents/alerts/overview.html", context)


@door(GET=SIGNED_IN)
def waiting(request: PortalRequest) -> HttpResponse:
    """The part of My work with the alerts that this person may place; empty where none waits."""
    return render(request, "incidents/alerts/_waiting.html", {"tray": alert_tray.waiting(request.access)})


@door(GET=SIGNED_IN)
def listed(request: PortalRequest) -> HttpResponse:
    """Every alert as its source told it, the newest first."""
    return lists.answer(
        request,
        queryset=alert_tray.listed(request.access),
        table=AlertTable,
        filters=AlertFilter,
        template="incidents/alerts/list.html",
        name="alerts",
    )


@door(GET=SIGNED_IN)
def detail(request: PortalRequest, alert: uuid.UUID) -> HttpResponse:
    """One alert as its source told it, what covers it, and the incident it belongs to."""
    found = get_object_or_404(alert_tray.shown(request.access), public_id=alert)
    team = found.source.team_id
    context = {
        "alert": found,
        "waits": found.rule is None and found.state != AlertState.LEFT_OUT,
        "may_see_incident": found.incident is not None and request.access.sees(found.incident.service.scope),
        "declare_url": alert_incidents.declare_url(request.access, found),
        "may_end": found.state == AlertState.FIRING and _may_respond(request, found),
        "history": alert_placements.history(request.access, found),
        "may_place": request.access.can(Capability.DOCUMENT_WRITE, team),
        "playbook": coverage.playbook_titles().get(found.rule.playbook, "") if found.rule else "",
    }
    return render(request, "incidents/alerts/detail.html", context)


@door(GET=Capability.INCIDENT_RESPOND, POST=Capability.INCIDENT_RESPOND)
def join(request: PortalRequest, alert: uuid.UUID) -> HttpResponse:
    """Which incident an alert belongs to."""
    found = get_object_or_404(alert_incidents.free(request.access), public_id=alert)
    offered = alert_incidents.may_join(request.access, found)
    form = JoinForm(request.POST or None, incidents=offered)
    if request.method == "POST" and form.is_valid():
        incident = form.cleaned_data["incident"]
        try:
            incident_actions.join(request.access, alert=found, incident=incident)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"{found.name} belongs to {incident.label} now.")
            return redirect(incident)
    context = {"alert": found, "form": form, "any": offered.exists()}
    return render(request, "incidents/alerts/join.html", context, status=422 if form.errors else 200)


@door(GET=Capability.DOCUMENT_WRITE, POST=Capability.DOCUMENT_WRITE)
def match(request: PortalRequest, alert: uuid.UUID) -> HttpResponse:
    """Which rule an alert of the tray belongs to, or a rule made from it."""
    found = _waiting(request, alert)
    rules = alert_tray.rules_for(request.access, found)
    form = MatchForm(request.POST or None, rules=rules)
    if request.method == "POST" and form.is_valid():
        try:
            rule = form.cleaned_data["rule"]
            actions.match(request.access, alert=found, rule=rule)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"{found.name} belongs to {rule.name} of {rule.service.name}.")
            return redirect("incidents:alerts")
    context = {"alert": found, "form": form, "rules": list(rules), "services": alert_tray.services_for(found)}
    return render(request, "incidents/alerts/match.html", context, status=422 if form.errors else 200)


@door(GET=Capability.DOCUMENT_WRITE, POST=Capability.DOCUMENT_WRITE)
def leave_out(request: PortalRequest, alert: uuid.UUID) -> HttpResponse:
    """Why nobody has to look at an alert of the tray."""
    found = _waiting(request, alert)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.leave_out(request.access, alert=found, reason=form.cleaned_data["reason"])
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"{found.name} is left out. It comes back when it fires anew.")
            return redirect("incidents:alerts")
    context = {"alert": found, "form": form}
    return render(request, "incidents/alerts/leave_out.html", context, status=422 if form.errors else 200)


@door(GET=Capability.INCIDENT_RESPOND, POST=Capability.INCIDENT_RESPOND)
def end(request: PortalRequest, alert: uuid.UUID) -> HttpResponse:
    """How one knows that an alert is over whose end nobody tells."""
    firing = alert_tray.listed(request.access).filter(state=AlertState.FIRING)
    found = get_object_or_404(firing, public_id=alert)
    scope = found.service.scope if found.service else None
    permissions.require(request.access, Capability.INCIDENT_RESPOND, scope, team_id=found.source.team_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            alert_ends.end(request.access, alert=found, reason=form.cleaned_data["reason"])
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"{found.name} is ended. It fires again when its source tells of it again.")
            return redirect("incidents:alert", found.public_id)
    context = {"alert": found, "form": form}
    return render(request, "incidents/alerts/end.html", context, status=422 if form.errors else 200)


def _may_respond(request: PortalRequest, alert: Alert) -> bool:
    team = alert.service.scope.team_id if alert.service else alert.source.team_id
    return request.access.can(Capability.INCIDENT_RESPOND, team)


def _waiting(request: PortalRequest, alert: uuid.UUID) -> Alert:
    """An alert of the tray that one may act on: the team of its source decides what becomes of it."""
    found = get_object_or_404(alert_tray.one(request.access), public_id=alert)
    permissions.require(request.access, Capability.DOCUMENT_WRITE, team_id=found.source.team_id)
    return found
