"""Decision records as files: imported with a dry run first, and exported, one or all."""

import io

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal import archive, permissions
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import DomainError
from portal.forms import refusals
from portal.permissions import Capability
from portal.views import documents as pages
from readiness.actions import decision_record_imports
from readiness.forms.decision_record_imports import ConfirmForm, ImportForm, confirmation
from readiness.models import Service
from readiness.queries import adr_export
from readiness.queries import decision_records as queries
from readiness.queries.packs import decision_records as pack_records
from readiness.rules.adr_folder import Report
from readiness.views import printed_documents
from readiness.views.services import find

TOO_MUCH = "This is too much at once. Import it in two parts."


@door(GET=Capability.DOCUMENT_WRITE, POST=Capability.DOCUMENT_WRITE)
def upload(request: PortalRequest, slug: str) -> HttpResponse:
    """The form for files; with files, what they would become."""
    service = find(request, slug)
    permissions.require(request.access, Capability.DOCUMENT_WRITE, service.scope)
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if form.is_valid():
        files = form.cleaned_data["file"]
        try:
            report = decision_record_imports.dry_run(request.access, service=service, files=files)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            return _report(request, service, report, files)
    context = {"service": service, "form": form}
    status = 422 if form.errors else 200
    return render(request, "readiness/decision_records/upload.html", context, status=status)


@door(POST=Capability.DOCUMENT_WRITE)
def confirm(request: PortalRequest, slug: str) -> HttpResponse:
    """Does what the report said, or shows the new report where it would now be another."""
    service = find(request, slug)
    permissions.require(request.access, Capability.DOCUMENT_WRITE, service.scope)
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        messages.error(request, "The files did not come back whole; nothing was changed. Upload them again.")
        return redirect("readiness:decision_records_import", slug)
    files, expected = form.cleaned_data["content"], form.cleaned_data["expected"]
    try:
        report = decision_record_imports.apply(request.access, service=service, files=files, expected=expected)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("readiness:decision_records_import", slug)
    if not report.applied:
        return _report(request, service, report, files)
    done = report.counted("new")
    messages.success(request, f"{done} decision {'record is' if done == 1 else 'records are'} imported.")
    return redirect("readiness:service_documents", slug)


@door(GET=SIGNED_IN)
def export_one(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """A record as a file of Markdown in the form of MADR 4."""
    record = get_object_or_404(queries.listed(request.access), service__slug=slug, number=number)
    name, text = adr_export.file(record)
    return _file(text.encode(), name, "text/markdown; charset=utf-8")


@door(GET=SIGNED_IN)
def printed(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """A revision of a record (`?revision=`, or the current one) as a PDF in the look of a pack."""
    record = get_object_or_404(queries.listed(request.access), service__slug=slug, number=number)
    revision = pages.number(request, "revision", record.revision)
    shown = pack_records.printed(record, revision)
    name = f"{slug}-decision-record-{number}-revision-{revision}.pdf"
    return printed_documents.download(request, record, shown, name)


@door(GET=SIGNED_IN)
def export_all(request: PortalRequest, slug: str) -> HttpResponse:
    """All records of a service as a ZIP of such files."""
    service = find(request, slug)
    out = io.BytesIO()
    members = [archive.member(f"decisions/{name}", text.encode()) for name, text in adr_export.files(service)]
    archive.write(out, members, {"service": service.slug})
    return _file(out.getvalue(), f"{service.slug}-decision-records.zip", "application/zip")


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=kind, headers=headers)


def _report(request: PortalRequest, service: Service, report: Report, files: list[tuple[str, bytes]]) -> HttpResponse:
    taken = {one.path for one in report.files if one.outcome in ("new", "same")}
    sent = [file for file in files if file[0] in taken]
    confirming = confirmation(sent, report.digest) if report.new and not report.refused else None
    context = {
        "service": service,
        "report": report,
        "confirmation": confirming,
        "too_much": TOO_MUCH if report.new and not report.refused and confirming is None else "",
        "form": ImportForm(),
        "counts": {name: report.counted(name) for name in ("new", "same", "refused")},
        "left_out": report.counted("left out"),
    }
    status = 422 if report.refused else 412 if report.is_stale else 200
    return render(request, "readiness/decision_records/import_report.html", context, status=status)
