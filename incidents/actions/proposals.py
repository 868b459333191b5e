"""What a post-mortem proposes to ask of every service: proposed, taken into a checklist's next version, or declined."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse

from incidents import verbs
from incidents.actions import incident_heads
from incidents.choices import ProposalState
from incidents.models import PostMortem, Proposal
from incidents.queries import proposals as queries
from incidents.rules import lifecycle
from portal import access as portal_access
from portal import audit, clock, notifications, permissions
from portal.audit import Fact, Verb
from portal.errors import Conflict, DomainError
from portal.models import User
from portal.permissions import Access, Capability
from portal.rules import texts
from readiness.actions import template_versions
from readiness.rules.template_additions import Addition

LONGEST_TEXT, LONGEST_REASON = 300, 300


@dataclass(frozen=True)
class NewProposal:
    """An item that every service should be asked, or (with `item_key`) a point of one; and why."""

    template: str
    text: str
    why: str
    item_key: str = ""


def propose(access: Access, *, post_mortem: PostMortem, new: NewProposal) -> Proposal:
    """Proposes an item of a checklist, or a point of one, so that every service is asked from then on.

    Whoever publishes checklists is told: what is proposed, and where they may not see the service no more.
    Raises DomainError at `template`, `item_key`, `text` or `why`.
    """
    with transaction.atomic():
        permissions.require(access, Capability.POST_MORTEM_WRITE, post_mortem.scope)
        if errors := _refusals(new):
            raise DomainError.of(errors)
        proposal = Proposal(
            post_mortem=post_mortem,
            template=new.template,
            item_key=new.item_key,
            text=texts.tidied(new.text),
            why=new.why.strip(),
            state=ProposalState.PROPOSED,
            proposed_by=access.person,
            proposed_at=clock.now(),
        )
        words = {"text": proposal.text, "why": proposal.why}
        facts: dict[str, Any] = {**_known_by(proposal), "item": new.item_key}
        scope = post_mortem.scope
        proposal.event = audit.record(access, verbs.PROPOSAL_MADE, proposal, scope=scope, facts=facts, texts=words)
        proposal.save(force_insert=True)
        _tell_publishers(access, proposal)
    return proposal


def _tell_publishers(access: Access, proposal: Proposal) -> None:
    """Tells everybody who may settle it; those who do not see the service without the service."""
    publishers = portal_access.people_across_who_can(Capability.TEMPLATE_PUBLISH)
    subject = f"Proposed for a checklist: {proposal.text}"
    _tell(access, proposal, publishers, subject)
    accesses = portal_access.accesses_of(publishers)
    notifications.notify(
        [person for person in publishers if not accesses[person.pk].sees(proposal.post_mortem.scope)],
        kind="proposal",
        key=f"proposal-{proposal.public_id}-{proposal.state}",
        subject=subject,
        url=reverse("incidents:proposal_accept", args=[proposal.public_id]),
        scope=None,
        by=access,
    )


def _refusals(new: NewProposal) -> texts.Refusals:
    items = queries.template_items()
    found: texts.Refusals = {}
    if new.template not in items:
        found["template"] = ["Choose a checklist."]
    elif new.item_key and new.item_key not in items[new.template]:
        found["item_key"] = ["Choose an item of this checklist, or none."]
    if words := texts.name_refusal(new.text, LONGEST_TEXT, "Say what is to be asked, as a statement that can be true."):
        found["text"] = [words]
    if words := lifecycle.text_refusal(new.why, "Say why every service should be asked."):
        found["why"] = [words]
    return found


def accept(access: Access, *, proposal: Proposal, addition: Addition, reason: str) -> Proposal:
    """Takes it into the next version of its checklist, in these words; who proposed it is told.

    Raises DomainError at the addition's fields or `reason`, Conflict where somebody settled it meanwhile.
    """
    with transaction.atomic():
        permissions.require(access, Capability.TEMPLATE_PUBLISH)
        held = _held(proposal)
        made = template_versions.publish(access, template=held.template, addition=addition, reason=reason)
        settled = {"accepted_in": made.version, "asked_item": made.item_key, "asked_point": made.point}
        _settle(access, held, ProposalState.ACCEPTED, reason, settled)
        facts: dict[str, Fact] = {"version": made.version.number, "item": made.item_key, "point": made.point}
        _record(access, held, verbs.PROPOSAL_ACCEPTED, facts)
        _tell(access, held, [held.proposed_by], f"{made.version} asks what you proposed: {held.text}")
    return held


def decline(access: Access, *, proposal: Proposal, reason: str) -> Proposal:
    """Says that no checklist will ask it, and why; who proposed it is told. Raises as `accept`."""
    with transaction.atomic():
        permissions.require(access, Capability.TEMPLATE_PUBLISH)
        held = _held(proposal)
        if words := texts.name_refusal(texts.tidied(reason), LONGEST_REASON, "Say why it is not asked."):
            raise DomainError.of({"reason": [words]})
        _settle(access, held, ProposalState.DECLINED, reason, {})
        _record(access, held, verbs.PROPOSAL_DECLINED, {"item": held.item_key})
        _tell(access, held, [held.proposed_by], f"Declined for the checklist: {held.text}. {held.settled_reason}")
    return held


def _held(proposal: Proposal) -> Proposal:
    Proposal.objects.select_for_update().values_list("pk").get(pk=proposal.pk)
    related = ("post_mortem__incident__service__scope__team", "proposed_by")
    held = Proposal.objects.select_related(*related).get(pk=proposal.pk)
    if not held.is_waiting:
        raise Conflict(f"Somebody settled it meanwhile: it is {held.get_state_display().lower()}.")
    return held


def _settle(access: Access, held: Proposal, state: ProposalState, reason: str, more: Mapping[str, Any]) -> None:
    fields = {
        **more,
        "state": state,
        "settled_by": access.person,
        "settled_at": clock.now(),
        "settled_reason": texts.tidied(reason),
    }
    if not Proposal.objects.waiting().filter(pk=held.pk).update(**fields):
        raise Conflict("Somebody settled it at the same moment.")
    for name, value in fields.items():
        setattr(held, name, value)


def _record(access: Access, held: Proposal, verb: Verb, facts: Mapping[str, Fact]) -> None:
    words = {"text": held.text, "reason": held.settled_reason}
    named = {**_known_by(held), **facts}
    audit.record(access, verb, held, scope=held.post_mortem.scope, facts=named, texts=words)


def _known_by(proposal: Proposal) -> dict[str, Fact]:
    return {**incident_heads.known_by(proposal.post_mortem.incident), "template": proposal.template}


def _tell(access: Access, proposal: Proposal, people: list[User], subject: str) -> None:
    notifications.notify(
        people,
        kind="proposal",
        key=f"proposal-{proposal.public_id}-{proposal.state}",
        subject=subject,
        url=proposal.post_mortem.get_absolute_url(),
        scope=proposal.post_mortem.scope,
        by=access,
    )
