"""Pages of what post-mortems propose: making one, taking it into a checklist, declining it, who has answered it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from incidents.actions import proposals
from incidents.actions.proposals import NewProposal
from incidents.forms.proposals import DeclineForm, ProposalForm, accepting
from incidents.models import Proposal
from incidents.queries import post_mortems as post_mortem_queries
from incidents.queries import proposals as queries
from incidents.views import post_mortems
from portal import permissions
from portal.doors import SIGNED_IN, PortalRequest, door
from portal.errors import DomainError
from portal.forms import refusals
from portal.permissions import Capability
from readiness.queries import template_versions


@door(GET=Capability.POST_MORTEM_WRITE, POST=Capability.POST_MORTEM_WRITE)
def propose(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    """The form of a proposal for a checklist."""
    found = post_mortem_queries.shown(request.access)
    post_mortem = get_object_or_404(found, incident__service__slug=slug, incident__number=number)
    permissions.require(request.access, Capability.POST_MORTEM_WRITE, post_mortem.scope)
    form = ProposalForm(request.POST or None, restricted=post_mortem.scope.restricted)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        template, _, item_key = data["place"].partition(" ")
        new = NewProposal(template, data["text"], data["why"], item_key)
        try:
            proposals.propose(request.access, post_mortem=post_mortem, new=new)
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(
                request, "It is proposed. It is asked of nobody until a version of the checklist holds it."
            )
            return redirect(post_mortem)
    return post_mortems.ask(request, post_mortem, form, "Propose it for a checklist", "Propose it")


@door(GET=Capability.TEMPLATE_PUBLISH, POST=Capability.TEMPLATE_PUBLISH)
def accept(request: PortalRequest, proposal: UUID) -> HttpResponse:
    """The form that takes a proposal into the next version of its checklist."""
    found = _to_settle(request, proposal)
    if not found.is_waiting:
        return _settled(request, found)
    version = template_versions.newest()[found.template]
    form = accepting(request.POST or None, found, version.checklist)
    if request.method == "POST" and form.is_valid():
        try:
            settled = proposals.accept(
                request.access, proposal=found, addition=form.addition(), reason=form.cleaned_data["reason"]
            )
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"{settled.accepted_in} is published. New reviews start on it.")
            return redirect(_source(found))
    heading, button = f"Take it into {version.template.title}", "Publish the version"
    return _ask(request, found, form, {"heading": heading, "button": button, "version": version})


@door(GET=Capability.TEMPLATE_PUBLISH, POST=Capability.TEMPLATE_PUBLISH)
def decline(request: PortalRequest, proposal: UUID) -> HttpResponse:
    """The form that declines a proposal."""
    found = _to_settle(request, proposal)
    if not found.is_waiting:
        return _settled(request, found)
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            proposals.decline(request.access, proposal=found, reason=form.cleaned_data["reason"])
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, "It is declined, and who proposed it is told.")
            return redirect(_source(found))
    return _ask(request, found, form, {"heading": "Decline what is proposed", "button": "Decline it"})


@door(GET=SIGNED_IN)
def asked(request: PortalRequest, slug: str, number: int, proposal: UUID) -> HttpResponse:
    """The part of a post-mortem's page with the services that have not answered an accepted proposal yet."""
    found = _of(request, slug, number, proposal)
    reach = queries.reach(request.access, found)
    if reach is None:
        raise Http404("No checklist asks it.")
    context = {"proposal": found, "reach": reach}
    return render(request, "incidents/post_mortems/_asked.html", context)


def _of(request: PortalRequest, slug: str, number: int, proposal: UUID) -> Proposal:
    of = {"post_mortem__incident__service__slug": slug, "post_mortem__incident__number": number}
    return get_object_or_404(queries.shown(request.access), public_id=proposal, **of)


def _to_settle(request: PortalRequest, proposal: UUID) -> Any:
    return get_object_or_404(queries.to_settle(request.access), public_id=proposal)


def _source(found: Any) -> str:
    """Where it comes from, for who may see that; else what waits for the person."""
    return str(found.post_mortem.get_absolute_url() if found.is_seen else reverse("readiness:my_work"))


def _ask(request: PortalRequest, found: Any, form: Form, more: dict[str, Any]) -> HttpResponse:
    context = {"proposal": found, "form": form, "back": _source(found), **more}
    return render(request, "incidents/proposals/settle.html", context, status=422 if form.errors else 200)


def _settled(request: PortalRequest, found: Proposal) -> HttpResponse:
    messages.info(request, f"Somebody settled it meanwhile: it is {found.get_state_display().lower()}.")
    return redirect(_source(found))
