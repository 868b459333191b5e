"""What post-mortems propose for the checklists: those of one, those that wait, and where they would belong."""

from collections.abc import Mapping

from django.db.models import Exists, OuterRef, Value

from incidents.models import PostMortem, Proposal
from incidents.models.post_mortems import ProposalQuerySet
from portal.permissions import Access, Capability
from readiness.catalogue import loader
from readiness.queries import asked_services, template_versions
from readiness.queries.asked_services import Reach


def of(post_mortem: PostMortem) -> ProposalQuerySet:
    """What one proposes, with what became of it: one statement."""
    found: ProposalQuerySet = Proposal.objects.filter(post_mortem=post_mortem)
    related = ("proposed_by", "settled_by", "accepted_in__template")
    return found.select_related(*related).defer("accepted_in__content").order_by("pk")


def shown(access: Access) -> ProposalQuerySet:
    """Those this person may see, with their post-mortem."""
    related = ("post_mortem__incident__service__scope__team", "proposed_by", "settled_by", "accepted_in__template")
    return Proposal.objects.visible_to(access).select_related(*related)


def to_settle(access: Access) -> ProposalQuerySet:
    """All of them, for who publishes checklists, also where they do not see the service: somebody has to settle them.

    Where `is_seen` is False they read what is proposed and why, and nothing of where it comes from.
    """
    if not access.can(Capability.TEMPLATE_PUBLISH):
        return Proposal.objects.none()
    seen = Exists(Proposal.objects.visible_to(access).filter(pk=OuterRef("pk")))
    found: ProposalQuerySet = Proposal.objects.annotate(is_seen=seen)
    return found.select_related("post_mortem__incident__service__scope__team", "proposed_by", "accepted_in__template")


def told(access: Access) -> ProposalQuerySet:
    """Those this person may see or has to settle, each with `is_seen`, and who settled it."""
    found: ProposalQuerySet = to_settle(access)
    if not access.can(Capability.TEMPLATE_PUBLISH):
        found = shown(access).annotate(is_seen=Value(True))
    return found.select_related("settled_by")


def waiting_for(access: Access) -> ProposalQuerySet:
    """Those that nobody has settled, for who may; the oldest first."""
    return to_settle(access).waiting().order_by("proposed_at", "pk")


def reach(access: Access, proposal: Proposal) -> Reach | None:
    """Which services have answered it since it is asked; None while it is not."""
    if proposal.accepted_in is None:
        return None
    return asked_services.of(access, proposal.accepted_in, proposal.asked_item, proposal.asked_point)


def template_items() -> Mapping[str, Mapping[str, str]]:
    """By checklist the titles of its items by key, as the versions in force ask them: one statement."""
    return {
        key: {item.key: item.title for item in version.checklist.items}
        for key, version in template_versions.newest().items()
    }


def template_titles() -> Mapping[str, str]:
    """By key what the checklists are called."""
    return {template.key: template.title for template in loader.templates()}
