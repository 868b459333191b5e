"""Absences: one's own, and for a lead those of the team."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal import dates, lists
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import DomainError
from portal.forms import refusals
from portal.permissions import Capability
from readiness.actions import absences as actions
from readiness.forms.absences import AbsenceFilter, AbsenceForm, DeputyForm
from readiness.queries import absences
from readiness.tables.absences import AbsenceTable


@door(GET=SIGNED_IN, POST=SIGNED_IN)
def overview(request: PortalRequest) -> HttpResponse:
    """The list of absences, and the form that enters one."""
    form = AbsenceForm(request.POST or None, access=request.access)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.enter(request.access, **form.cleaned_data)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"{made.person.name} is away until {dates.day_words(made.ends_on)}.")
            if made.deputy is None:
                messages.warning(request, "Nobody stands in.")
            elif absences.is_away_as_well(made):
                messages.warning(request, f"{made.deputy.name} is away on some of these days as well.")
            return redirect("readiness:absences")
    response = lists.answer(
        request,
        queryset=absences.listed(request.access),
        table=AbsenceTable,
        filters=AbsenceFilter,
        template="readiness/absences/overview.html",
        name="absences",
        form=form,
        alone=not request.access.teams_with(Capability.TEAM_MANAGE),
    )
    response.status_code = 422 if request.method == "POST" else response.status_code
    return response


@door(GET=SIGNED_IN, POST=SIGNED_IN)
def deputy(request: PortalRequest, absence: str) -> HttpResponse:
    """Who stands in during one absence."""
    found = get_object_or_404(absences.listed(request.access), public_id=absence)
    form = DeputyForm(
        request.POST or None,
        person=found.person,
        initial={"deputy": found.deputy.public_id if found.deputy else ""},
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.name_deputy(request.access, absence=found, **form.cleaned_data)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            named = form.cleaned_data["deputy"]
            messages.success(request, f"{named.name} stands in." if named else "Nobody stands in.")
            return redirect("readiness:absences")
    context = {"absence": found, "form": form}
    return render(request, "readiness/absences/deputy.html", context, status=422 if request.method == "POST" else 200)


@door(POST=SIGNED_IN)
def cancel(request: PortalRequest, absence: str) -> HttpResponse:
    """Takes an absence back."""
    found = get_object_or_404(absences.listed(request.access), public_id=absence)
    try:
        actions.cancel(request.access, absence=found)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"{found.person.name} is not away after all.")
    return redirect("readiness:absences")
