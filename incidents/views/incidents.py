"""Pages of incidents: the list, declaring one, one with its steps and timeline, and what is done on it."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from incidents.actions import alert_incidents as alert_actions
from incidents.actions import incident_reach, incidents, timelines
from incidents.actions.incident_reach import Touched
from incidents.actions.incidents import NewIncident
from incidents.forms.incidents import (
    DeclareForm,
    IncidentFilter,
    OnServiceForm,
    StepForm,
)
from incidents.models import Alert, Incident
from incidents.queries import alert_incidents, incident_evidence, incident_page, post_mortems, proposals
from incidents.queries import incidents as queries
from incidents.queries.incident_evidence import Stood
from incidents.rules import status_updates
from incidents.tables.incidents import IncidentTable
from incidents.views.incident_acts import ACTS
from portal import lists, permissions
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import Conflict, DomainError
from portal.forms import refusals
from portal.permissions import Capability
from readiness.models import Service
from readiness.queries import my_work, service_page
from readiness.views.services import find


@door(GET=SIGNED_IN)
def listed(request: PortalRequest) -> HttpResponse:
    """All incidents, the open ones first."""
    return lists.answer(
        request,
        queryset=queries.listed(request.access),
        table=IncidentTable,
        filters=IncidentFilter,
        template="incidents/incidents/list.html",
        name="incidents",
        may_declare=request.access.can(Capability.INCIDENT_DECLARE),
    )


@door(GET=SIGNED_IN)
def waiting(request: PortalRequest) -> HttpResponse:
    """The part of My work with what this person leads, keeps in review and may settle; empty where there is none."""
    context = {
        "listed": my_work.listed(queries.waiting_for(request.access)),
        "post_mortems": my_work.listed(post_mortems.waiting_for(request.access)),
        "proposals": my_work.listed(proposals.waiting_for(request.access)),
        "template_titles": proposals.template_titles(),
    }
    return render(request, "incidents/incidents/_waiting.html", context)


@door(GET=SIGNED_IN)
def service_list(request: PortalRequest, slug: str) -> HttpResponse:
    """The incidents that began in a service or affect it, on a tab of its page."""
    service = find(request, slug)
    return lists.answer(
        request,
        queryset=queries.touching(request.access, service),
        table=IncidentTable,
        filters=IncidentFilter,
        template="incidents/incidents/service_list.html",
        name=f"{slug}-incidents",
        service=service,
        tab="incidents",
        may_declare=request.access.can(Capability.INCIDENT_DECLARE, service.scope.team_id),
    )


@door(GET=SIGNED_IN)
def of_service(request: PortalRequest, slug: str) -> HttpResponse:
    """The part of a service's page with its open incidents, and the newest that are over."""
    service = find(request, slug)
    found = queries.touching(request.access, service)
    context = {
        "service": service,
        "incidents": list(found[:6]),
        "may_declare": request.access.can(Capability.INCIDENT_DECLARE, service.scope.team_id),
    }
    return render(request, "incidents/incidents/_of_service.html", context)


@door(GET=Capability.INCIDENT_DECLARE)
def choose_service(request: PortalRequest) -> HttpResponse:
    """Where an incident that starts from the list goes: the service is chosen, then its form opens."""
    teams = request.access.teams_with(Capability.INCIDENT_DECLARE)
    services = Service.objects.visible_to(request.access).filter(scope__team__in=teams).order_by("name")
    alert = _alert(request)
    if alert:
        services = services.filter(scope__team=alert.source.team_id)
    form = OnServiceForm(request.GET if "service" in request.GET else None, services=services)
    if form.is_valid():
        url = reverse("incidents:incident_declare", args=[form.cleaned_data["service"].slug])
        return redirect(f"{url}?alert={alert.public_id}" if alert else url)
    context = {"form": form, "any": services.exists(), "alert": alert}
    return render(request, "incidents/incidents/choose.html", context, status=422 if form.is_bound else 200)


@door(GET=Capability.INCIDENT_DECLARE, POST=Capability.INCIDENT_DECLARE)
def declare(request: PortalRequest, slug: str) -> HttpResponse:
    """The form that declares an incident of a service."""
    service = get_object_or_404(service_page.services(request.access), slug=slug)
    permissions.require(request.access, Capability.INCIDENT_DECLARE, service.scope)
    alert = _alert(request)
    begun = alert_incidents.begun_from(alert) if alert else None
    form = DeclareForm(request.POST or None, service=service, access=request.access, initial=begun)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        new = NewIncident(
            title=data["title"],
            severity=data["severity"],
            text=data["text"],
            playbook=data["playbook"],
            affected=[Touched(other) for other in data["affected"]],
            started_at=data["started_at"],
            commander=request.access.person if data["take_command"] else None,
            model_version=data["model_version"],
        )
        try:
            incident = _declared(request, service, new, alert)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"{incident.label} is declared, and its teams are told.")
            return redirect(incident)
    context = {"service": service, "form": form, "alert": alert}
    return render(request, "incidents/incidents/declare.html", context, status=422 if form.errors else 200)


def _alert(request: PortalRequest) -> Alert | None:
    """The alert that the incident is declared from (`?alert=`), where it is still free; 404 where there is none."""
    if not (named := request.GET.get("alert", "")):
        return None
    try:
        return get_object_or_404(alert_incidents.free(request.access), public_id=uuid.UUID(named))
    except ValueError:
        raise Http404("There is no such alert.") from None


def _declared(request: PortalRequest, service: Service, new: NewIncident, alert: Alert | None) -> Incident:
    if alert is None:
        return incidents.declare(request.access, service=service, new=new)
    return alert_actions.declare(request.access, alert=alert, service=service, new=new)


@door(GET=SIGNED_IN)
def detail(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """One incident; `?words=` puts the words of a template into the status update, `?revision=` shows what stood."""
    incident = _incident(request, slug, number)
    begun = status_updates.begun(request.GET.get("words", ""), title=incident.title, affected=incident.service.name)
    return _page(request, incident, {"typed": begun, "to_teams": bool(begun), "stood": _stood(request, incident)})


@door(POST=SIGNED_IN)
def step(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """A step is ticked, left out or opened again."""
    incident, form = _incident(request, slug, number), StepForm(request.POST)
    if not form.is_valid():
        raise Http404("There is no such step.")
    _require(request, incident)
    data, said = form.cleaned_data, {}
    try:
        timelines.step(request.access, incident=incident, number=data["number"], did=data["did"], text=data["note"])
    except DomainError as refusal:
        said = {"refused_step": data["number"], "refused_note": data["note"], "problem": refusal.message}
    return _after(request, slug, number, said)


@door(POST=SIGNED_IN)
def say(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """A line in the timeline, or a status update to the teams."""
    incident = _incident(request, slug, number)
    text, to_teams = request.POST.get("text", ""), request.POST.get("to") == "teams"
    minutes = request.POST.get("next_word", "")
    said: dict[str, Any] = {}
    _require(request, incident)
    try:
        if to_teams:
            asked = int(minutes) if minutes.isascii() and minutes.isdigit() and len(minutes) < 6 else None
            timelines.update(request.access, incident=incident, text=text, next_word=asked)
        else:
            timelines.note(request.access, incident=incident, text=text)
    except DomainError as refusal:
        said = {"typed": text, "to_teams": to_teams, "say_problem": refusal.message}
    return _after(request, slug, number, said)


@door(POST=SIGNED_IN)
def take_command(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """The person takes command."""
    incident = _incident(request, slug, number)
    try:
        incident_reach.command(request.access, incident=incident, person=request.access.person)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "You have command. Say so in the timeline where others should know more.")
    return redirect(incident)


@door(GET=SIGNED_IN, POST=SIGNED_IN)
def act(request: PortalRequest, slug: str, number: int, what: str) -> HttpResponse:
    """The form of one of the acts that have a page of their own; `what` names it among them."""
    incident = _incident(request, slug, number)
    _require(request, incident)
    chosen = ACTS[what]
    form = chosen.form(request, incident)
    if request.method == "POST" and form.is_valid():
        try:
            chosen.do(request, incident, form.cleaned_data)
        except DomainError as refusal:
            refusals.show(form, refusal)
            if isinstance(refusal, Conflict):
                refusals.show_newer(form, seen=_incident(request, slug, number).revision)
        else:
            messages.success(request, "Saved. It stands in the timeline.")
            return redirect(incident)
    context = {"incident": incident, "service": incident.service, "form": form, "heading": chosen.title}
    return render(request, "incidents/incidents/act.html", context, status=422 if form.errors else 200)


def _require(request: PortalRequest, incident: Incident) -> None:
    """Refuses who does not respond before anything that was typed is looked at."""
    if not queries.may_respond(request.access, incident):
        permissions.require(request.access, Capability.INCIDENT_RESPOND, incident.service.scope)


def _incident(request: PortalRequest, slug: str, number: int) -> Incident:
    return get_object_or_404(queries.shown(request.access), service__slug=slug, number=number)


def _stood(request: PortalRequest, incident: Incident) -> Stood | None:
    """The earlier revision that the address names; None where it names none, or the one that stands."""
    named = request.GET.get("revision", "")
    if not named or named == str(incident.revision):
        return None
    number = int(named) if named.isascii() and named.isdigit() and len(named) < 7 else 0
    if (found := incident_evidence.stood(incident, number)) is None:
        raise Http404("It has no such revision.")
    return found


def _after(request: PortalRequest, slug: str, number: int, said: dict[str, Any]) -> HttpResponse:
    """The part of the page that an act changed, for htmx; else the whole page, where something was refused."""
    incident = _incident(request, slug, number)
    if request.htmx:
        return _page(request, incident, said, "incidents/incidents/_board.html")
    return _page(request, incident, said) if said else redirect(incident)


def _page(
    request: PortalRequest,
    incident: Incident,
    said: dict[str, Any],
    template: str = "incidents/incidents/detail.html",
) -> HttpResponse:
    context = {
        "page": incident_page.of(request.access, incident),
        "incident": incident,
        "service": incident.service,
        "templates": status_updates.TEMPLATES,
        "next_words": status_updates.NEXT_WORD.items(),
        "me": request.access.person,
        **said,
    }
    refused = "problem" in said or "say_problem" in said
    return render(request, template, context, status=422 if refused else 200)
