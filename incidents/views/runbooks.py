"""Pages of runbooks: the list, those of a service, one, writing it, comparing, retiring, recording a drill of it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from incidents.actions import runbooks
from incidents.forms.runbooks import RunbookDrillForm, RunbookFilter, RunbookForm
from incidents.models import Runbook
from incidents.queries import runbook_drills, runbook_sections
from incidents.queries import runbooks as queries
from incidents.rules import runbook_markdown
from incidents.rules import runbooks as rules
from incidents.tables.runbooks import RunbookTable
from portal import clock, lists, permissions
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import DomainError
from portal.forms import refusals
from portal.permissions import Capability
from portal.queries import documents
from portal.views import documents as pages
from portal.views.documents import Refused
from readiness.forms import drills as drill_forms
from readiness.models import Service
from readiness.queries import my_work
from readiness.queries.my_work import Listed
from readiness.views import printed_documents
from readiness.views.services import find


@door(GET=SIGNED_IN)
def listed(request: PortalRequest) -> HttpResponse:
    """All runbooks, the one longest overdue for review first."""
    return lists.answer(
        request,
        queryset=queries.listed(request.access),
        table=RunbookTable,
        filters=RunbookFilter,
        template="incidents/runbooks/list.html",
        name="runbooks",
    )


@door(GET=SIGNED_IN)
def of_service(request: PortalRequest, slug: str) -> HttpResponse:
    """The runbooks of a service as a part of its Documents tab; a missing way back is a hole."""
    service = find(request, slug)
    rows = list(queries.listed(request.access).filter(service=service).order_by("-is_rollback", "title"))
    context = {
        "service": service,
        "runbooks": [row for row in rows if row.retired_at is None],
        "retired": sum(1 for row in rows if row.retired_at is not None),
        "has_way_back": any(row.is_rollback and row.retired_at is None for row in rows),
        "may_write": request.access.can(Capability.DOCUMENT_WRITE, service.scope.team_id),
    }
    return render(request, "incidents/runbooks/_of_service.html", context)


@door(GET=SIGNED_IN)
def waiting(request: PortalRequest) -> HttpResponse:
    """The part of My work with the runbooks one keeps that want a review or a drill; empty where none does."""
    rows = my_work.listed(runbook_drills.waiting_for(request.access))
    listed = Listed(runbook_drills.lines(rows.rows, clock.now()), rows.total)
    return render(request, "incidents/runbooks/_waiting.html", {"listed": listed})


@door(GET=SIGNED_IN)
def detail(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """A runbook as it stands, or one of its revisions (`?revision=`); `?format=md` as a Markdown file."""
    runbook = _runbook(request, slug, number)
    if request.GET.get("format") == "md":
        return _file(runbook, pages.shown(request, runbook))
    return _detail(request, runbook, {})


def _detail(request: PortalRequest, runbook: Runbook, refused: Refused, status: int = 200) -> HttpResponse:
    shown = pages.shown(request, runbook)
    written = documents.shown(rules.GROUPS, shown.content, documents.last_written(runbook))
    team, is_used = runbook.scope.team_id, runbook.retired_at is None
    may_write = request.access.can(Capability.DOCUMENT_WRITE, team)
    may_review = request.access.can(Capability.DOCUMENT_REVIEW, team)
    offers = {
        "confirm": may_review and is_used,
        "retire": may_write and is_used,
        "bring_back": may_write and not is_used,
    }
    context = {
        "service": runbook.service,
        "runbook": runbook,
        "document": runbook,
        "shown": shown,
        "content": shown.content,
        "first": written[0][1],
        "fields": {field.field.key: field for _, fields in written for field in fields},
        "history": documents.history(runbook),
        "drills": queries.drills_of(runbook, clock.now()),
        "alerts": queries.alerts_to(runbook),
        "may_write": may_write,
        "may_review": may_review,
        "may_drill": request.access.can(Capability.DRILL_RECORD, team),
        **pages.acts(runbook, [name for name, offered in offers.items() if offered], refused),
    }
    return render(request, "incidents/runbooks/detail.html", context, status=status)


@door(GET=SIGNED_IN)
def printed(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """A revision of a runbook (`?revision=`, or the current one) as a PDF in the look of a pack."""
    runbook = _runbook(request, slug, number)
    revision = pages.number(request, "revision", runbook.revision)
    shown = runbook_sections.printed(runbook, revision)
    name = f"{slug}-runbook-{number}-revision-{revision}.pdf"
    return printed_documents.download(request, runbook, shown, name)


@door(GET=Capability.DOCUMENT_WRITE, POST=Capability.DOCUMENT_WRITE)
def begin(request: PortalRequest, slug: str) -> HttpResponse:
    """The form of a service's next runbook; `?way_back=1` proposes the way back."""
    service = find(request, slug)
    permissions.require(request.access, Capability.DOCUMENT_WRITE, service.scope)
    proposed: dict[str, Any] = {"keeper": request.access.person.public_id}
    if request.GET.get("way_back"):
        proposed |= {"title": "Roll back", "is_rollback": True, "target_minutes": 15}
    form = RunbookForm(request.POST or None, service=service, initial=proposed)
    if request.method == "POST" and form.is_valid():
        try:
            runbook = runbooks.begin(request.access, service=service, terms=form.terms(), written=form.written())
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"“{runbook.title}” is written.")
            return redirect(runbook)
    return _form(request, service, None, form, 422 if form.errors else 200)


@door(GET=Capability.DOCUMENT_WRITE, POST=Capability.DOCUMENT_WRITE)
def revise(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """The form of a runbook's next revision."""
    runbook = _runbook(request, slug, number)
    permissions.require(request.access, Capability.DOCUMENT_WRITE, runbook.scope)

    def save(form: RunbookForm) -> list[str]:
        seen, terms = form.cleaned_data["seen"], form.terms()
        return runbooks.revise(request.access, runbook=runbook, terms=terms, written=form.written(), seen=seen)

    make = partial(RunbookForm, service=runbook.service, runbook=runbook)
    return pages.revise(
        request, runbook, make=make, save=save, shown_by=partial(_form, request, runbook.service, runbook)
    )


@door(POST=Capability.DOCUMENT_REVIEW)
def confirm(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """Says that a runbook is still true."""

    def do(runbook: Runbook, seen: int, note: str) -> None:
        runbooks.confirm(request.access, runbook=runbook, seen=seen, note=note)

    return _act(request, slug, number, "confirm", do, pages.REVIEWED)


@door(POST=Capability.DOCUMENT_WRITE)
def retire(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """Takes a runbook out of use."""

    def do(runbook: Runbook, seen: int, note: str) -> None:
        runbooks.retire(request.access, runbook=runbook, seen=seen, reason=note)

    return _act(request, slug, number, "retire", do, "It is retired, and stays readable.")


@door(POST=Capability.DOCUMENT_WRITE)
def bring_back(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """Takes a retired runbook into use again."""

    def do(runbook: Runbook, seen: int, note: str) -> None:
        runbooks.bring_back(request.access, runbook=runbook, seen=seen, reason=note)

    return _act(request, slug, number, "bring_back", do, "It is in use again.")


@door(GET=SIGNED_IN)
def compare(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """Two revisions of a runbook beside each other (`?old=`, `?new=`); without them the last two."""
    runbook = _runbook(request, slug, number)
    context = {"service": runbook.service, **pages.compared(request, runbooks.KIND, runbook)}
    return render(request, "incidents/runbooks/compare.html", context)


@door(GET=Capability.DRILL_RECORD, POST=Capability.DRILL_RECORD)
def drill(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """Putting a drill of a runbook on record."""
    runbook = _runbook(request, slug, number)
    permissions.require(request.access, Capability.DRILL_RECORD, runbook.scope)
    if request.method == "GET":
        proposed = drill_forms.proposed(runbook.service, request.GET)
        form = RunbookDrillForm(runbook=runbook, initial={**proposed, "kind": None, "revision": runbook.revision})
        return render(request, "incidents/runbooks/drill.html", _drill_context(runbook, form))
    form = RunbookDrillForm(request.POST, request.FILES, runbook=runbook)
    if form.is_valid():
        data = form.cleaned_data
        try:
            runbooks.record_drill(
                request.access,
                runbook=runbook,
                revision=data["revision"],
                rehearsal=form.rehearsal(),
                file=data["file"],
            )
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, "The drill is on record.")
            return redirect(runbook)
    return render(request, "incidents/runbooks/drill.html", _drill_context(runbook, form), status=422)


def _drill_context(runbook: Runbook, form: RunbookDrillForm) -> dict[str, Any]:
    return {"form": form, "service": runbook.service, "runbook": runbook}


def _act(
    request: PortalRequest, slug: str, number: int, name: str, do: Callable[[Runbook, int, str], None], done: str
) -> HttpResponse:
    find = partial(_runbook, request, slug, number)
    return pages.act(request, name, find=find, do=do, done=done, shown_by=partial(_detail, request))


def _runbook(request: PortalRequest, slug: str, number: int) -> Runbook:
    return get_object_or_404(queries.listed(request.access), service__slug=slug, number=number)


def _file(runbook: Runbook, shown: documents.Revision) -> HttpResponse:
    place = runbook_markdown.Place(runbook.title, runbook.service.name, shown.number, runbook.keeper.name, shown.digest)
    response = HttpResponse(runbook_markdown.written(place, shown.content), content_type="text/markdown; charset=utf-8")
    name = f"{runbook.service.slug}-runbook-{runbook.number}-revision-{shown.number}.md"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _form(
    request: PortalRequest, service: Service, runbook: Runbook | None, form: RunbookForm, status: int
) -> HttpResponse:
    context: dict[str, Any] = {"service": service, "runbook": runbook, "form": form}
    return render(request, "incidents/runbooks/form.html", context, status=status)
