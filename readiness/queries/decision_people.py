"""Who hears of what becomes of a decision: all on the record, the leads, the owners of conditions (product.md)."""

from django.db.models import Q

from portal import access as portal_access
from portal.models import User
from portal.permissions import Capability
from readiness.choices import AssignmentRole
from readiness.models import Assignment, LaunchDecision, Service
from readiness.rules import after_items


def on_record(decision: LaunchDecision) -> list[User]:
    """Who decided, answered any part of it, signed or owes something of it, and the leads; each once, by name."""
    answered = Q(pk__in=[])
    for part in ("rating_by", "text_by", "ticks__by", "values__by", "evidence__added_by", "signoff__person"):
        if decision.review:
            answered |= Q(pk__in=decision.review.answers.values(part))
    owing = Q(pk__in=decision.conditions.values("owner"))
    named = User.objects.filter(answered | owing | Q(pk=decision.decided_by_id), is_active=True)
    leads = portal_access.people_who_can(Capability.TEAM_MANAGE, decision.service.scope)
    return sorted({person.pk: person for person in [*named, *leads]}.values(), key=lambda person: person.name)


def of_live_release(service: Service) -> list[User]:
    """Who hears of an item after the go that fails or is late: deciders, the lead, whoever watches inference."""
    held = Assignment.objects.current().filter(
        service=service, role=AssignmentRole.ACCOUNTABLE, domain__key=after_items.WATCHING
    )
    told = [
        *portal_access.people_who_can(Capability.DECISION_RECORD, service.scope),
        *portal_access.people_who_can(Capability.RELEASE_DEPLOY, service.scope),
        *(assignment.person for assignment in held.select_related("person")),
    ]
    return list({person.pk: person for person in told}.values())
