"""Recurring checks: the calendar, the list, and one check, answered in place."""

import datetime
import zoneinfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django_htmx.http import HttpResponseClientRefresh

from portal import clock, lists
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import DomainError
from portal.forms import refusals
from portal.permissions import Capability
from readiness.actions import recurring_checks as actions
from readiness.forms.recurring_checks import AnswerForm, CalendarFilter, CheckFilter, SnoozeForm
from readiness.models import CheckOccurrence
from readiness.queries import check_calendar, my_work
from readiness.queries import recurring_checks as queries
from readiness.tables.recurring_checks import CalendarTable, CheckTable


@door(GET=SIGNED_IN)
def calendar(request: PortalRequest) -> HttpResponse:
    """Services by periods: what was done, what was missed, what waits."""
    now = clock.now()
    return lists.answer(
        request,
        queryset=check_calendar.services(request.access),
        table=CalendarTable,
        filters=CalendarFilter,
        template="readiness/checks/calendar.html",
        name="checks",
        mine=my_work.listed(check_calendar.of_person(request.access, now)),
    )


@door(GET=SIGNED_IN)
def listed(request: PortalRequest) -> HttpResponse:
    """Every check of every period, as a list."""
    return lists.answer(
        request,
        queryset=queries.listed(request.access),
        table=CheckTable,
        filters=CheckFilter,
        template="readiness/checks/list.html",
        name="checks",
    )


@door(GET=SIGNED_IN, POST=Capability.CHECK_ANSWER)
def detail(request: PortalRequest, public_id: str) -> HttpResponse:
    """One check: what it asks, what came of it, and the form that says so."""
    occurrence = _found(request, public_id)
    form = AnswerForm(request.POST or None, request.FILES or None, occurrence=occurrence)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.answer(
                request.access,
                occurrence=occurrence,
                told=form.told,
                revision=data["revision"],
                file=data["file"],
            )
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            return _done(request, f"{_title(occurrence)}: {occurrence.get_result_display().lower()}.")
    return _shown(request, occurrence, form, SnoozeForm(occurrence=occurrence, days=_days(occurrence)))


@door(POST=Capability.CHECK_ANSWER)
def snooze(request: PortalRequest, public_id: str) -> HttpResponse:
    """Holds back the reminders of a check."""
    occurrence = _found(request, public_id)
    form = SnoozeForm(request.POST, occurrence=occurrence, days=_days(occurrence))
    if form.is_valid():
        try:
            actions.snooze(
                request.access,
                occurrence=occurrence,
                until=form.moment,
                reason=form.cleaned_data["reason"],
                revision=form.cleaned_data["revision"],
            )
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            return _done(request, f"Nobody is reminded of {_title(occurrence)} until then.")
    return _shown(request, occurrence, AnswerForm(occurrence=occurrence), form)


def _found(request: PortalRequest, public_id: str) -> CheckOccurrence:
    return get_object_or_404(queries.with_surroundings(request.access), public_id=public_id)


def _title(occurrence: CheckOccurrence) -> str:
    return occurrence.version.row.title


def _days(occurrence: CheckOccurrence) -> list[datetime.datetime]:
    """The mornings to which reminders can be held back, in the team's zone."""
    return queries.snooze_days(occurrence, zoneinfo.ZoneInfo(occurrence.service.team.time_zone), clock.now())


def _shown(request: PortalRequest, occurrence: CheckOccurrence, form: AnswerForm, snoozing: SnoozeForm) -> HttpResponse:
    context = {
        "occurrence": occurrence,
        "row": occurrence.version.row,
        "form": form,
        "snoozing": snoozing,
        "state": check_calendar.state(occurrence, clock.now()),
        "earlier": queries.earlier(occurrence),
        "may_answer": queries.may_answer(request.access, occurrence, clock.now()),
    }
    template = "readiness/checks/_dialog.html" if _in_place(request) else "readiness/checks/detail.html"
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def _in_place(request: HttpRequest) -> bool:
    return bool(request.htmx)  # type: ignore[attr-defined]


def _done(request: HttpRequest, words: str) -> HttpResponse:
    messages.success(request, words)
    return HttpResponseClientRefresh() if _in_place(request) else redirect("readiness:checks")
