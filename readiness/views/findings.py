"""Findings of compliance: the list, a new one, and one with what was said on it."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal import lists
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import Conflict, DomainError
from portal.forms import refusals
from portal.permissions import Capability
from readiness.actions import findings as actions
from readiness.choices import FindingState
from readiness.forms.findings import FindingFilter, FindingForm, OnServiceForm, SayForm
from readiness.models import Finding, FindingEntry, Service
from readiness.queries import findings as queries
from readiness.queries import my_work, service_page
from readiness.tables.findings import FindingTable

ACTS = {"answer": actions.answer, "send_back": actions.send_back, "close": actions.close}
SAID = {
    "answer": "Answered. Compliance is told.",
    "send_back": "Sent back to the team, who are told.",
    "close": "The finding is closed.",
}


@door(GET=SIGNED_IN)
def listed(request: PortalRequest) -> HttpResponse:
    """All findings, the newest first."""
    return lists.answer(
        request,
        queryset=queries.listed(request.access),
        table=FindingTable,
        filters=FindingFilter,
        template="readiness/findings/list.html",
        name="findings",
        may_open=request.access.can(Capability.FINDING_OPEN),
    )


@door(GET=SIGNED_IN)
def waiting(request: PortalRequest) -> HttpResponse:
    """The part of My work with the findings that were answered; empty where none waits for this person."""
    listed = my_work.listed(queries.waiting_for(request.access))
    return render(request, "readiness/my_work/_findings.html", {"listed": listed})


@door(GET=Capability.FINDING_OPEN)
def choose_service(request: PortalRequest) -> HttpResponse:
    """Where a finding that starts from the list goes: the service is chosen, then its form opens."""
    services = Service.objects.visible_to(request.access).order_by("name")
    form = OnServiceForm(request.GET if "service" in request.GET else None, services=services)
    if form.is_valid():
        return redirect("readiness:finding_open", form.cleaned_data["service"].slug)
    status = 422 if form.is_bound else 200
    return render(request, "readiness/findings/choose.html", {"form": form, "any": services.exists()}, status=status)


@door(GET=Capability.FINDING_OPEN, POST=Capability.FINDING_OPEN)
def open_one(request: PortalRequest, slug: str) -> HttpResponse:
    """The form of a new finding on a service."""
    service = get_object_or_404(service_page.services(request.access), slug=slug)
    form = FindingForm(request.POST or None, service=service, initial={"item_key": request.GET.get("item", "")})
    if request.method == "POST" and form.is_valid():
        try:
            finding = actions.open_finding(request.access, service=service, **form.cleaned_data)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"Finding {finding.number} is open, with an action item for its owner.")
            return redirect(finding)
    status = 422 if request.method == "POST" else 200
    return render(request, "readiness/findings/new.html", {"service": service, "form": form}, status=status)


@door(GET=SIGNED_IN, POST=SIGNED_IN)
def detail(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """One finding with what was said on it; the team answers, compliance asks for more or closes it."""
    finding = get_object_or_404(queries.listed(request.access), service__slug=slug, number=number)
    entries = list(queries.entries(finding))
    form = SayForm(request.POST or None, initial={"seen": len(entries)})
    if request.method == "POST" and form.is_valid():
        act = ACTS.get(request.POST.get("act", ""))
        try:
            if act is None:
                raise DomainError("Choose what to do with it.")
            act(request.access, finding=finding, **form.cleaned_data)
        except DomainError as refusal:
            refusals.show(form, refusal)
            if isinstance(refusal, Conflict):
                finding = queries.listed(request.access).get(pk=finding.pk)
                entries = list(queries.entries(finding))
                refusals.show_newer(form, seen=len(entries))
        else:
            messages.success(request, SAID[request.POST["act"]])
            return redirect(finding)
    return _shown(request, finding, entries, form)


def _shown(request: PortalRequest, finding: Finding, entries: Sequence[FindingEntry], form: SayForm) -> HttpResponse:
    team, can = finding.service.scope.team_id, request.access.can
    closed = queries.state(finding) == FindingState.CLOSED
    context = {
        "finding": finding,
        "service": finding.service,
        "entries": entries,
        "item_title": queries.item_title(finding),
        "to_do": queries.to_do(finding),
        "form": form,
        "may_answer": not closed and can(Capability.FINDING_ANSWER, team),
        "may_close": not closed and can(Capability.FINDING_CLOSE, team),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "readiness/findings/detail.html", context, status=status)
