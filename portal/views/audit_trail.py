"""The audit trail, and verifying the record."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from portal import lists
from portal.actions import record_verifications
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.forms.audit_trail import AuditTrailFilter
from portal.permissions import Capability
from portal.queries import audit_trail
from portal.tables.audit_trail import AuditTrailTable


@door(GET=SIGNED_IN)
def overview(request: PortalRequest) -> HttpResponse:
    """Every event that the person may see, newest first."""
    return lists.answer(
        request,
        queryset=audit_trail.events(request.access),
        table=partial(AuditTrailTable, access=request.access),
        filters=AuditTrailFilter,
        template="portal/audit_trail/overview.html",
        name="audit-trail",
        verified=audit_trail.verified(),
        may_verify=request.access.can(Capability.RECORD_VERIFY),
    )


@door(POST=Capability.RECORD_VERIFY)
def verify(request: PortalRequest) -> HttpResponse:
    """Verifies the whole record now."""
    outcome = record_verifications.verify(request.access)
    if outcome.intact:
        messages.success(request, f"The record is intact up to event {outcome.number}.")
    else:
        messages.error(request, f"The record does not verify: {outcome.problem}")
    return redirect("portal:audit_trail")
