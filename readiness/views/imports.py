"""Importing services and owners: upload, dry run with a report, confirmation; and the files to begin with."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from portal import exports
from portal.doors import PortalRequest, door
from portal.errors import DomainError
from portal.forms import refusals
from portal.permissions import Capability
from readiness.actions import imports
from readiness.forms.imports import ConfirmForm, ImportForm, confirmation
from readiness.queries import imports as import_queries
from readiness.rules import imports as rules

ROWS = {rules.SERVICES: import_queries.service_rows, rules.OWNERS: import_queries.owner_rows}


@door(GET=Capability.SERVICE_IMPORT, POST=Capability.SERVICE_IMPORT)
def upload(request: PortalRequest) -> HttpResponse:
    """The form for a file; with a file, what it would do."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        kind, content = form.cleaned_data["kind"], form.content()
        try:
            report = imports.dry_run(request.access, kind=kind, content=content)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            return _report(request, report, content)
    return render(request, "readiness/imports/upload.html", {"form": form}, status=422 if form.errors else 200)


@door(POST=Capability.SERVICE_IMPORT)
def confirm(request: PortalRequest) -> HttpResponse:
    """Does what the report said, or shows the new report where it would now be another."""
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        messages.error(request, "The file did not come back whole; nothing was changed. Upload it again.")
        return redirect("readiness:services_import")
    kind, content = form.cleaned_data["kind"], form.cleaned_data["content"]
    try:
        expected = form.cleaned_data["expected"]
        report = imports.apply(request.access, kind=kind, content=content, expected=expected)
    except DomainError as refusal:
        messages.error(request, f"{refusal.message} Nothing was changed.")
        return redirect("readiness:services_import")
    if not report.applied:
        return _report(request, report, content)
    done = report.counted("new") + report.counted("changed")
    rows = len(report.rows)
    messages.success(
        request,
        f"The file is imported: {done} of {rows} {'row' if rows == 1 else 'rows'} changed something.",
    )
    return redirect("readiness:ownership" if kind == rules.OWNERS else "readiness:portfolio")


@door(GET=Capability.SERVICE_IMPORT)
def file(request: PortalRequest, kind: str) -> HttpResponse:
    """What is declared now as a file that can be imported again; with `?empty=1` its first line alone."""
    rows = ROWS[kind](request.access)
    if request.GET.get("empty"):
        return exports.csv_response(f"{kind}-template", [next(rows)])
    return exports.csv_response(kind, rows)


def _report(request: PortalRequest, report: rules.Report, content: bytes) -> HttpResponse:
    context = {
        "report": report,
        "form": ImportForm(initial={"kind": report.kind}),
        "confirmation": confirmation(report.kind, content, report.digest),
        "counts": {outcome: report.counted(outcome) for outcome in ("new", "changed", "same", "refused")},
    }
    status = 422 if report.refused else 412 if report.is_stale else 200
    return render(request, "readiness/imports/report.html", context, status=status)
