"""One's notices: the list, the way to what a notice is about, and marking all as read."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme

from portal import lists
from portal.actions import notifications as actions
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.forms.notifications import NoticeFilter
from portal.models import Notification
from portal.queries import notifications
from portal.tables.notifications import NoticeTable


@door(GET=SIGNED_IN)
def overview(request: PortalRequest) -> HttpResponse:
    """The list of notices, unread ones first."""
    return lists.answer(
        request,
        queryset=notifications.listed(request.access),
        table=NoticeTable,
        filters=NoticeFilter,
        template="portal/notifications/overview.html",
        name="notices",
    )


@door(GET=SIGNED_IN)
def open_one(request: PortalRequest, notice: uuid.UUID) -> HttpResponse:
    """Marks the notice as read and leads to what it is about. Opening it again changes nothing."""
    found = get_object_or_404(Notification.objects.visible_to(request.access), public_id=notice)
    actions.mark_read(request.access, notice=found)
    within = url_has_allowed_host_and_scheme(found.url, allowed_hosts=None)
    return redirect(found.url if within else "portal:notifications")


@door(POST=SIGNED_IN)
def read_all(request: PortalRequest) -> HttpResponse:
    """Marks every notice as read."""
    count = actions.mark_all_read(request.access)
    messages.success(request, f"{count} notice{'' if count == 1 else 's'} marked as read.")
    return redirect("portal:notifications")
