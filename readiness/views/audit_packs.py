"""Audit packs: the list with the form, one pack with its progress, the downloads."""

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal import downloads, lists, pdf_libraries
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import DomainError
from portal.forms import refusals
from portal.permissions import Capability
from readiness.actions import audit_packs
from readiness.forms.audit_packs import PackForm
from readiness.models import AuditPack
from readiness.queries import audit_packs as pack_queries
from readiness.tables.audit_packs import PackFilters, PackTable

FILES = {"pdf": "application/pdf", "zip": "application/zip"}


@door(GET=SIGNED_IN)
def packs(request: PortalRequest) -> HttpResponse:
    """Every pack of which one may see all services."""
    return lists.answer(
        request,
        queryset=pack_queries.visible_to(request.access).order_by("-number"),
        table=PackTable,
        filters=PackFilters,
        template="readiness/audit_packs/list.html",
        name="audit-packs",
        may_request=request.access.can(Capability.PACK_REQUEST),
    )


@door(GET=Capability.PACK_REQUEST, POST=Capability.PACK_REQUEST)
def request_pack(request: PortalRequest) -> HttpResponse:
    """Choosing services and a period."""
    missing = pdf_libraries.missing()
    initial = {"services": request.GET.getlist("service")}
    form = PackForm(request.POST or None, access=request.access, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            pack = audit_packs.request(
                request.access,
                services=list(data["services"].select_related("scope__team")),
                since=data["since"],
                until=data["until"],
                purpose=data["purpose"],
            )
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            return redirect("readiness:pack", pack.number)
    status = 422 if form.errors else 200
    return render(request, "readiness/audit_packs/form.html", {"form": form, "missing": missing}, status=status)


@door(GET=SIGNED_IN)
def pack(request: PortalRequest, number: int) -> HttpResponse:
    """One pack: its progress while it is made, what it holds when it is ready. htmx asks for the part that moves."""
    found = _find(request, number)
    context = {
        "pack": found,
        "name": pack_queries.number_words(found),
        "progress": pack_queries.progress(found),
        "parts": found.parts.select_related("service").order_by("position"),
    }
    fragment = request.headers.get("HX-Target") == "pack-progress"
    template = "readiness/audit_packs/_progress.html" if fragment else "readiness/audit_packs/detail.html"
    return render(request, template, context)


@door(GET=SIGNED_IN)
def download(request: PortalRequest, number: int, ending: str) -> HttpResponse | FileResponse:
    """The PDF or the archive; the download is on record."""
    found = _find(request, number)
    file, sha256 = (found.pdf, found.pdf_sha256) if ending == "pdf" else (found.archive, found.archive_sha256)
    if not file:
        return redirect("readiness:pack", number)
    audit_packs.note_download(request.access, pack=found, file=ending, sha256=sha256)
    name = f"{pack_queries.number_words(found)}.{ending}"
    return downloads.attachment(file, name=name, media_type=FILES[ending])


def _find(request: PortalRequest, number: int) -> AuditPack:
    return get_object_or_404(pack_queries.visible_to(request.access), number=number)
