"""Pages of decision records: the list, one beside its siblings, proposing, comparing, and the acts that move it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal import lists, permissions
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import DomainError
from portal.forms import refusals
from portal.permissions import Capability
from portal.queries import documents
from portal.views import documents as pages
from portal.views.documents import Refused
from readiness.actions import decision_records
from readiness.choices import DecisionRecordState as State
from readiness.forms.decision_records import DecisionRecordFilter, DecisionRecordForm
from readiness.models import DecisionRecord, Service
from readiness.queries import decision_records as queries
from readiness.rules import decision_records as rules
from readiness.tables.decision_records import DecisionRecordTable
from readiness.views.services import find

SHOWN = rules.shown_groups({rules.SUPERSEDES.key})


@door(GET=SIGNED_IN)
def listed(request: PortalRequest) -> HttpResponse:
    """All decision records, by service, the youngest first."""
    return lists.answer(
        request,
        queryset=queries.listed(request.access),
        table=DecisionRecordTable,
        filters=DecisionRecordFilter,
        template="readiness/decision_records/list.html",
        name="decision-records",
    )


@door(GET=SIGNED_IN)
def detail(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """A record as it stands, or one of its revisions (`?revision=`)."""
    return _detail(request, _record(request, slug, number), {})


@door(GET=Capability.DOCUMENT_WRITE, POST=Capability.DOCUMENT_WRITE)
def propose(request: PortalRequest, slug: str) -> HttpResponse:
    """The form of a new record; `?supersedes=` names the one whose place it takes."""
    service = find(request, slug)
    permissions.require(request.access, Capability.DOCUMENT_WRITE, service.scope)
    older = request.GET.get("supersedes", "")
    initial = {"keeper": request.access.person.public_id, rules.SUPERSEDES.key: [older]}
    form = DecisionRecordForm(request.POST or None, service=service, initial=initial)
    if request.method == "POST" and form.is_valid():
        title = form.cleaned_data["title"]
        try:
            record = decision_records.propose(request.access, service=service, title=title, written=form.written())
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"Decision record {record.number} is proposed.")
            return redirect(record)
    return _form(request, service, None, form, 422 if form.errors else 200)


@door(GET=Capability.DOCUMENT_WRITE, POST=Capability.DOCUMENT_WRITE)
def revise(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """The form of a proposal's next revision."""
    record = _record(request, slug, number)
    permissions.require(request.access, Capability.DOCUMENT_WRITE, record.scope)
    if words := rules.revise_refusal(record.state):
        messages.error(request, words)
        return redirect(record)

    def save(form: DecisionRecordForm) -> list[str]:
        seen, title = form.cleaned_data["seen"], form.cleaned_data["title"]
        return decision_records.revise(request.access, record=record, title=title, written=form.written(), seen=seen)

    make = partial(DecisionRecordForm, service=record.service, record=record)
    return pages.revise(request, record, make=make, save=save, shown_by=partial(_form, request, record.service, record))


@door(GET=SIGNED_IN)
def compare(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """Two revisions of a record beside each other (`?old=`, `?new=`); without them the last two."""
    record = _record(request, slug, number)
    context = {"service": record.service, **pages.compared(request, decision_records.KIND, record)}
    return render(request, "readiness/decision_records/compare.html", context)


@door(POST=Capability.DOCUMENT_REVIEW)
def accept(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """Accepts a proposal."""
    return _act(request, slug, number, "accept", decision_records.accept, "Accepted. Its text stays as it is.")


@door(POST=Capability.DOCUMENT_REVIEW)
def reject(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """Rejects a proposal."""
    return _act(request, slug, number, "reject", decision_records.reject, "Rejected. It stays on record.")


@door(POST=Capability.DOCUMENT_REVIEW)
def deprecate(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """Ends an accepted record."""
    return _act(request, slug, number, "deprecate", decision_records.deprecate, "Deprecated. It stays on record.")


@door(POST=Capability.DOCUMENT_REVIEW)
def confirm(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """Says that an accepted record still holds."""
    return _act(request, slug, number, "confirm", decision_records.confirm, pages.REVIEWED)


def _act(
    request: PortalRequest, slug: str, number: int, name: str, act: Callable[..., None], done: str
) -> HttpResponse:
    return pages.act(
        request,
        name,
        find=lambda: _record(request, slug, number),
        do=lambda record, seen, note: act(request.access, record=record, seen=seen, note=note),
        done=done,
        shown_by=partial(_detail, request),
    )


def _detail(request: PortalRequest, record: DecisionRecord, refused: Refused, status: int = 200) -> HttpResponse:
    shown = pages.shown(request, record)
    groups = documents.shown(SHOWN, shown.content, documents.last_written(record))
    context: dict[str, Any] = {
        "service": record.service,
        "record": record,
        "document": record,
        "shown": shown,
        "fields": [field for _, fields in groups for field in fields],
        "beside": queries.beside(record),
        "siblings": queries.of_service(record.service),
        "history": documents.history(record),
        **_acts(request, record, refused),
    }
    return render(request, "readiness/decision_records/detail.html", context, status=status)


def _acts(request: PortalRequest, record: DecisionRecord, refused: Refused) -> dict[str, Any]:
    """What this person may do to a record that stands so, with the forms of the dialogs."""
    team = record.scope.team_id
    decides = request.access.can(Capability.DOCUMENT_REVIEW, team)
    writes = request.access.can(Capability.DOCUMENT_WRITE, team)
    names = {State.PROPOSED: ("accept", "reject"), State.ACCEPTED: ("confirm", "deprecate")}
    return {
        **pages.acts(record, names.get(State(record.state), ()) if decides else (), refused),
        "may_review": decides,
        "may_revise": writes and record.state == State.PROPOSED,
        "may_propose": writes,
        "may_supersede": writes and record.state == State.ACCEPTED,
    }


def _record(request: PortalRequest, slug: str, number: int) -> DecisionRecord:
    return get_object_or_404(queries.listed(request.access), service__slug=slug, number=number)


def _form(
    request: PortalRequest, service: Service, record: DecisionRecord | None, form: DecisionRecordForm, status: int
) -> HttpResponse:
    context: dict[str, Any] = {"service": service, "record": record, "form": form}
    return render(request, "readiness/decision_records/form.html", context, status=status)
