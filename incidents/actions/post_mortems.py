"""Post-mortems: begun from what the incident knows, revised, published; what follows from them is owned and dated."""

from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction

from incidents import verbs
from incidents.choices import PostMortemState
from incidents.models import Incident, PostMortem, PostMortemReview, PostMortemRevision
from incidents.queries import incidents as incident_queries
from incidents.queries import post_mortems as queries
from incidents.rules import post_mortems as rules
from portal import clock, notifications, permissions
from portal.actions import documents
from portal.actions.documents import Written
from portal.document_kinds import Kind, Term
from portal.errors import DomainError
from portal.models import User
from portal.permissions import Access, Capability
from readiness.actions import action_items, status
from readiness.actions.action_items import NewItem, Opened
from readiness.choices import ActionOrigin
from readiness.rules import action_items as item_rules
from readiness.rules.action_items import Terms

KIND = Kind(
    name="post-mortem",
    fields=rules.FIELDS,
    revisions=PostMortemRevision,
    reviews=PostMortemReview,
    begun=verbs.POST_MORTEM_BEGUN,
    revised=verbs.POST_MORTEM_REVISED,
    reviewed=verbs.POST_MORTEM_REVIEWED,
    own_terms=(Term("state", "Where it stands", lambda state: PostMortemState(state).label, is_written=False),),
)
REVIEWED_EVERY = 365
"""Days: what was learnt changes slowly."""


@dataclass(frozen=True)
class FollowUp:
    """What is to be done so that it does not happen again."""

    terms: Terms
    owner: User


def begin(access: Access, *, incident: Incident, written: Written | None = None) -> PostMortem:
    """Begins the post-mortem of an incident, with what it knows of itself unless `written` says more.

    Raises DomainError where it has one already, or while the incident was never even mitigated.
    """
    with transaction.atomic():
        permissions.require(access, Capability.POST_MORTEM_WRITE, incident.service.scope)
        if incident.is_open and incident.mitigated_at is None and incident.post_mortem_due_on is None:
            raise DomainError("First the harm is stopped: begin it once the incident is mitigated.")
        post_mortem = PostMortem(incident=incident)
        content = written or Written(rules.begun_from(queries.known(incident)), review_every=REVIEWED_EVERY)
        try:
            with transaction.atomic():
                documents.begin(access, KIND, post_mortem, content)
        except IntegrityError as clash:
            raise DomainError(f"{incident.label} has a post-mortem already. Open it and revise it there.") from clash
    return post_mortem


def revise(access: Access, *, post_mortem: PostMortem, written: Written, seen: int) -> list[str]:
    """Writes the next revision; returns the keys of what changed. Raises as documents.revise.

    What a published one needs cannot be taken out of it again.
    """
    with transaction.atomic():
        permissions.require(access, Capability.POST_MORTEM_WRITE, post_mortem.scope)
        changed = documents.revise(access, KIND, post_mortem, written, seen=seen)
        if post_mortem.state == PostMortemState.PUBLISHED and (reasons := rules.publish_refusals(post_mortem.content)):
            raise DomainError(f"It is published. {' '.join(reasons)}")
        return changed


def confirm(access: Access, *, post_mortem: PostMortem, seen: int, note: str = "") -> None:
    """Says that revision `seen` is still true. Raises as documents.confirm."""
    documents.confirm(access, KIND, post_mortem, seen=seen, note=note)


def publish(access: Access, *, post_mortem: PostMortem, seen: int) -> None:
    """Publishes it: others may rely on it, and the incident may be closed. `seen` is the revision that was read.

    Raises DomainError with what lacks, Conflict where it was revised since.
    """
    with transaction.atomic():
        permissions.require(access, Capability.POST_MORTEM_WRITE, post_mortem.scope)
        status.hold(post_mortem.service)
        documents.hold(post_mortem)
        documents.refuse_older(KIND, post_mortem, seen)
        if post_mortem.state == PostMortemState.PUBLISHED:
            raise DomainError("It is published already.")
        if reasons := rules.publish_refusals(post_mortem.content):
            raise DomainError(" ".join(reasons))
        post_mortem.state, post_mortem.published_at = PostMortemState.PUBLISHED, clock.now()
        documents.move(access, KIND, verbs.POST_MORTEM_PUBLISHED, post_mortem, note="Published.")
        status.refresh(post_mortem.service)
        _tell_published(access, post_mortem)


def _tell_published(access: Access, post_mortem: PostMortem) -> None:
    incident = post_mortem.incident
    notifications.notify(
        incident_queries.told(incident),
        kind="post-mortem",
        key=f"post-mortem-{post_mortem.public_id}",
        subject=f"Post-mortem of {incident.label} on {incident.service.name} is published: {incident.title}",
        url=post_mortem.get_absolute_url(),
        scope=post_mortem.scope,
        by=access,
    )


def follow_up(access: Access, *, post_mortem: PostMortem, new: FollowUp) -> Opened:
    """Opens an action item of it, due by its priority where no day is said; the same title again gives the open one.

    Raises DomainError at the fields of the action item.
    """
    with transaction.atomic():
        permissions.require(access, Capability.POST_MORTEM_WRITE, post_mortem.scope)
        today = clock.today_in(post_mortem.service.team.time_zone)
        due_on = new.terms.due_on or item_rules.proposed_due(new.terms.priority, today)
        item = NewItem(
            terms=replace(new.terms, due_on=due_on),
            owner=new.owner,
            origin=ActionOrigin.POST_MORTEM,
            key=queries.key_of(post_mortem, new.terms.title),
            origin_text=f"Post-mortem of {post_mortem.incident.label}",
            origin_url=post_mortem.get_absolute_url(),
        )
        return action_items.open_item(access, service=post_mortem.service, new=item)
