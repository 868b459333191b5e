"""API tokens: the list, making one, which is shown once, and revoking."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal import lists
from portal.actions import tokens as actions
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import DomainError
from portal.forms import refusals
from portal.forms.tokens import TokenFilter, TokenForm
from portal.models import ApiToken
from portal.permissions import Capability
from portal.queries import tokens
from portal.tables.tokens import TokenTable


@door(GET=SIGNED_IN)
def overview(request: PortalRequest) -> HttpResponse:
    """The tokens one may see."""
    return lists.answer(
        request,
        queryset=tokens.listed(request.access),
        table=TokenTable,
        filters=TokenFilter,
        template="portal/tokens/overview.html",
        name="api-tokens",
        may_issue=request.access.can(Capability.TOKEN_ISSUE),
        sees_all=request.access.can(Capability.PEOPLE_MANAGE),
    )


@door(GET=Capability.TOKEN_ISSUE, POST=Capability.TOKEN_ISSUE)
def issue(request: PortalRequest) -> HttpResponse:
    """The form that makes a token. The answer to it is the only page that ever shows the secret."""
    form = TokenForm(request.POST or None, teams=tokens.teams_for(request.access))
    if request.method == "POST" and form.is_valid():
        try:
            issued = actions.issue(request.access, **form.cleaned_data)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            context = {"issued": issued, "base_url": settings.BASE_URL}
            response = render(request, "portal/tokens/issued.html", context)
            response["Cache-Control"] = "no-store"
            return response
    return render(request, "portal/tokens/issue.html", {"form": form}, status=422 if request.method == "POST" else 200)


@door(GET=SIGNED_IN, POST=SIGNED_IN)
def revoke(request: PortalRequest, token: uuid.UUID) -> HttpResponse:
    """What revoking does, and the button that does it."""
    found = get_object_or_404(ApiToken.objects.visible_to(request.access).select_related("user"), public_id=token)
    if request.method == "POST":
        try:
            actions.revoke(request.access, token=found)
        except DomainError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, f"{found.name} is revoked. It works nowhere any more.")
        return redirect("portal:tokens")
    return render(request, "portal/tokens/revoke.html", {"token": found})
