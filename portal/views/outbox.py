"""The outbox: every mail with its state and body, and sending again what was given up."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal import lists, mail
from portal.actions import outbox as actions
from portal.doors import PortalRequest, door
from portal.errors import DomainError
from portal.forms.outbox import OutboxFilter
from portal.models import OutboxMessage
from portal.permissions import Capability
from portal.queries import outbox
from portal.tables.outbox import OutboxTable, kind_words, state_pill

READ = Capability.OUTBOX_READ


@door(GET=READ)
def overview(request: PortalRequest) -> HttpResponse:
    """The list of mails."""
    counts = outbox.counts(request.access)
    return lists.answer(
        request,
        queryset=outbox.listed(request.access),
        table=OutboxTable,
        filters=OutboxFilter,
        template="portal/outbox/overview.html",
        name="outbox",
        given_up=counts[OutboxMessage.State.DEAD],
        waiting=counts[OutboxMessage.State.DUE],
        sent=counts[OutboxMessage.State.SENT],
        by_server=mail.leaves_by_server(),
    )


@door(GET=READ)
def message(request: PortalRequest, message: uuid.UUID) -> HttpResponse:
    """One mail: to whom, where it stands, what it says."""
    found = _message(request, message)
    context = {
        "message": found,
        "kind": kind_words(found.kind),
        "pill": state_pill(found),
        "shown": mail.shown_to(request.access, found),
        "shows_links": mail.shows_links(),
    }
    return render(request, "portal/outbox/message.html", context)


@door(POST=READ)
def send_again(request: PortalRequest, message: uuid.UUID) -> HttpResponse:
    """Sends a mail that was given up once more."""
    found = _message(request, message)
    try:
        actions.send_again(request.access, message=found)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "It is in the outbox again and leaves at once.")
    return redirect("portal:outbox_message", found.public_id)


def _message(request: PortalRequest, public_id: uuid.UUID) -> OutboxMessage:
    return get_object_or_404(outbox.listed(request.access), public_id=public_id)
