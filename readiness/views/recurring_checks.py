"""Recurring checks: the calendar, the list, and one check, answered in place."""

import datetime
import zoneinfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django_htmx.http import HttpResponseClientRefresh

from portal import clock, downloads, lists
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import Conflict, DomainError
from portal.forms import refusals
from portal.permissions import Capability
from readiness.actions import downloads as file_downloads
from readiness.actions import recurring_checks as actions
from readiness.forms.recurring_checks import AnswerForm, CalendarFilter, CheckFilter, SnoozeForm
from readiness.models import CheckOccurrence
from readiness.queries import action_items, check_calendar, my_work
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
            if isinstance(refusal, Conflict):
                form.follow(occurrence)
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


@door(GET=SIGNED_IN)
def file(request: PortalRequest, public_id: str) -> HttpResponseBase:
    """The file that shows what came of a check, as a download; it is put on record."""
    occurrence = _found(request, public_id)
    attachment = occurrence.attachment
    if attachment is None or attachment.redacted_at is not None:
        raise Http404
    file_downloads.note(
        request.access, occurrence, service=occurrence.service, title=attachment.name, sha256=attachment.sha256
    )
    return downloads.attachment(attachment.file, name=attachment.name, media_type=attachment.media_type)


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
        "follow_up": action_items.of_check(request.access, occurrence),
        "may_answer": queries.may_answer(request.access, occurrence, clock.now()),
    }
    template = "readiness/checks/_dialog.html" if request.htmx else "readiness/checks/detail.html"
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def _done(request: PortalRequest, words: str) -> HttpResponse:
    messages.success(request, words)
    return HttpResponseClientRefresh() if request.htmx else redirect("readiness:checks")
