"""Pages of a service's drills: the list, putting one on record, the file that came with one."""

import functools
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseGone
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from portal import downloads, lists, permissions
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import DomainError
from portal.forms import refusals
from portal.permissions import Capability
from readiness.actions import downloads as file_downloads
from readiness.actions import drills
from readiness.forms.drills import DrillFilter, DrillForm, proposed
from readiness.models import Drill
from readiness.queries import drills as drill_queries
from readiness.queries import service_page
from readiness.tables.drills import DrillTable


@door(GET=SIGNED_IN)
def overview(request: PortalRequest, slug: str) -> HttpResponse:
    """Every drill of the service, the newest first."""
    service = get_object_or_404(service_page.services(request.access), slug=slug)
    return lists.answer(
        request,
        queryset=drill_queries.of_service(service),
        table=functools.partial(DrillTable, service=service),
        filters=DrillFilter,
        template="readiness/drills/list.html",
        name=f"{slug}-drills",
        service=service,
        tab="decisions",
        may_record=request.access.can(Capability.DRILL_RECORD, service.scope.team_id),
    )


@door(GET=Capability.DRILL_RECORD, POST=Capability.DRILL_RECORD)
def record(request: PortalRequest, slug: str) -> HttpResponse:
    """Putting a drill on record."""
    service = get_object_or_404(service_page.services(request.access), slug=slug)
    permissions.require(request.access, Capability.DRILL_RECORD, service.scope)
    if request.method == "GET":
        form = DrillForm(service=service, initial=proposed(service, request.GET))
        return render(request, "readiness/drills/record.html", {"form": form, "service": service})
    form = DrillForm(request.POST, request.FILES, service=service)
    if form.is_valid():
        try:
            drills.record(request.access, service=service, rehearsal=form.rehearsal(), file=form.cleaned_data["file"])
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, "The drill is on record.")
            return redirect("readiness:service_drills", slug)
    return render(request, "readiness/drills/record.html", {"form": form, "service": service}, status=422)


@door(GET=SIGNED_IN)
def download(request: PortalRequest, slug: str, drill: UUID) -> HttpResponseBase:
    """The file that came with a drill, always as a download; the download is an event."""
    visible = Drill.objects.visible_to(request.access).select_related("service__scope__team", "attachment")
    found = get_object_or_404(visible, service__slug=slug, public_id=drill, attachment__isnull=False)
    attachment = found.attachment
    if attachment is None or attachment.redacted_at:
        return HttpResponseGone("This file was redacted. Its name, digest and the reason stay on record.")
    file_downloads.note(request.access, found, service=found.service, title=attachment.name, sha256=attachment.sha256)
    return downloads.attachment(attachment.file, name=attachment.name, media_type=attachment.media_type)
