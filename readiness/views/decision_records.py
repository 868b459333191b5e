"""Pages of decision records: the list, one beside its siblings, proposing, comparing, and the acts that move it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal import lists, permissions
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import Conflict, DomainError
from portal.forms import refusals
from portal.permissions import Capability
from portal.queries import documents
from readiness.actions import decision_records
from readiness.choices import DecisionRecordState as State
from readiness.forms.decision_records import ActForm, DecisionRecordFilter, DecisionRecordForm
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
    return _detail(request, _record(request, slug, number))


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
    return _form(request, service, form, None)


@door(GET=Capability.DOCUMENT_WRITE, POST=Capability.DOCUMENT_WRITE)
def revise(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """The form of a proposal's next revision."""
    record = _record(request, slug, number)
    permissions.require(request.access, Capability.DOCUMENT_WRITE, record.scope)
    if words := rules.revise_refusal(record.state):
        messages.error(request, words)
        return redirect(record)
    form = DecisionRecordForm(request.POST or None, service=record.service, record=record)
    conflict: Conflict | None = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            changed = decision_records.revise(
                request.access, record=record, title=data["title"], written=form.written(), seen=data["seen"]
            )
        except DomainError as refusal:
            refusals.show(form, refusal)
            if isinstance(refusal, Conflict):
                conflict = refusal
                refusals.show_newer(form, seen=_record(request, slug, number).revision)
        else:
            messages.success(request, f"Revision {record.revision} is saved." if changed else "Nothing was changed.")
            return redirect(record)
    return _form(request, record.service, form, record, conflict)


@door(GET=SIGNED_IN)
def compare(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """Two revisions of a record beside each other (`?old=`, `?new=`); without them the last two."""
    record = _record(request, slug, number)
    new = _number(request, "new", record.revision)
    compared = documents.comparison(record, rules.FIELDS, _number(request, "old", max(new - 1, 1)), new)
    if compared is None:
        raise Http404("This record has no such revision.")
    context = {
        "service": record.service,
        "document": record,
        "comparison": compared,
        "numbers": documents.numbers(record),
        "compare_url": request.path,
    }
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
    done = "Reviewed. You are asked again when the next one is due."
    return _act(request, slug, number, "confirm", decision_records.confirm, done)


def _act(
    request: PortalRequest, slug: str, number: int, name: str, act: Callable[..., None], done: str
) -> HttpResponse:
    """Does one act, or shows the record with the act's dialog open and everything typed in it."""
    record = _record(request, slug, number)
    form = ActForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            act(request.access, record=record, seen=data["seen"], note=data["note"])
        except DomainError as refusal:
            refusals.show(form, refusal)
            status = refusal.status
        else:
            messages.success(request, done)
            return redirect(record)
    else:
        status = 422
    fresh = _record(request, slug, number)
    refusals.show_newer(form, seen=fresh.revision)
    return _detail(request, fresh, {name: form}, status)


def _detail(
    request: PortalRequest, record: DecisionRecord, refused: dict[str, ActForm] | None = None, status: int = 200
) -> HttpResponse:
    shown = documents.revision(record, _number(request, "revision", record.revision))
    if shown is None:
        raise Http404("This record has no such revision.")
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
        **_acts(request, record, refused or {}),
    }
    return render(request, "readiness/decision_records/detail.html", context, status=status)


def _acts(request: PortalRequest, record: DecisionRecord, refused: dict[str, ActForm]) -> dict[str, Any]:
    """What this person may do to a record that stands so, with the forms of the dialogs."""
    team = record.scope.team_id
    decides = request.access.can(Capability.DOCUMENT_REVIEW, team)
    writes = request.access.can(Capability.DOCUMENT_WRITE, team)
    names = {State.PROPOSED: ("accept", "reject"), State.ACCEPTED: ("confirm", "deprecate")}
    possible = names.get(State(record.state), ()) if decides else ()
    blank = {"seen": record.revision}
    forms = {name: refused.get(name) or ActForm(initial=blank, auto_id=f"{name}-%s") for name in possible}
    lost = [form for name, form in refused.items() if name not in forms]
    return {
        "acts": forms,
        "refused": refused,
        "lost": [message for form in lost for messages in form.errors.values() for message in messages],
        "may_review": decides,
        "may_revise": writes and record.state == State.PROPOSED,
        "may_propose": writes,
        "may_supersede": writes and record.state == State.ACCEPTED,
    }


def _record(request: PortalRequest, slug: str, number: int) -> DecisionRecord:
    return get_object_or_404(queries.listed(request.access), service__slug=slug, number=number)


def _number(request: PortalRequest, name: str, otherwise: int) -> int:
    given = request.GET.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 7 else otherwise


def _form(
    request: PortalRequest,
    service: Service,
    form: DecisionRecordForm,
    record: DecisionRecord | None,
    conflict: Conflict | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {"service": service, "record": record, "form": form, "conflict": conflict}
    status = conflict.status if conflict else 422 if form.errors else 200
    return render(request, "readiness/decision_records/form.html", context, status=status)
