"""Pages of what post-mortems propose: making one, taking it into a checklist, declining it, who has answered it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

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
    form = ProposalForm(request.POST or None)
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
def accept(request: PortalRequest, slug: str, number: int, proposal: UUID) -> HttpResponse:
    """The form that takes a proposal into the next version of its checklist."""
    found = _of(request, slug, number, proposal)
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
            return redirect(found.post_mortem)
    more = {"proposal": found, "version": version}
    return post_mortems.ask(
        request, found.post_mortem, form, f"Take it into {version.template.title}", "Publish the version", **more
    )


@door(GET=Capability.TEMPLATE_PUBLISH, POST=Capability.TEMPLATE_PUBLISH)
def decline(request: PortalRequest, slug: str, number: int, proposal: UUID) -> HttpResponse:
    """The form that declines a proposal."""
    found = _of(request, slug, number, proposal)
    if not found.is_waiting:
        return _settled(request, found)
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            proposals.decline(request.access, proposal=found, reason=form.cleaned_data["reason"])
        except DomainError as refusal:
            refusals.show(form, refusal)
        else:
            messages.success(request, f"It is declined, and {found.proposed_by.name} is told.")
            return redirect(found.post_mortem)
    return post_mortems.ask(request, found.post_mortem, form, "Decline what is proposed", "Decline it", proposal=found)


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


def _settled(request: PortalRequest, found: Proposal) -> HttpResponse:
    messages.info(request, f"Somebody settled it meanwhile: it is {found.get_state_display().lower()}.")
    return redirect(found.post_mortem)
