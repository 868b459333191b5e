"""What a conditional go asked for, and its being met."""

from django.db import IntegrityError, transaction

from portal import audit, clock, notifications, permissions
from portal.errors import DomainError
from portal.permissions import Access, Capability
from portal.rules import texts
from readiness import verbs
from readiness.actions import status
from readiness.models import Condition, ConditionMet

LONGEST_NOTE = 2000


def meet(access: Access, *, condition: Condition, note: str) -> ConditionMet:
    """States that a condition is met, and by what. Once; raises DomainError at the field `note` without words."""
    note = note.strip()
    refusal = texts.refusal(note, LONGEST_NOTE, one_line=False) if note else "Say by what it is met."
    if refusal:
        raise DomainError.of({"note": [refusal]})
    decision = condition.decision
    with transaction.atomic():
        permissions.require(access, Capability.CONDITION_MEET, decision.service.scope)
        status.hold(decision.service)
        facts: dict[str, audit.Fact] = {
            "service": decision.service.slug,
            "decision": decision.number,
            "condition": str(condition.public_id),
        }
        said = {"text": condition.text, "note": note}
        scope = decision.service.scope
        try:
            with transaction.atomic():
                event = audit.record(access, verbs.CONDITION_MET, condition, scope=scope, facts=facts, texts=said)
                today = clock.today_in(decision.service.team.time_zone, event.at)
                met = ConditionMet.objects.create(
                    condition=condition, by=access.person, at=event.at, on=today, note=note, event=event
                )
        except IntegrityError as clash:
            raise DomainError("Somebody stated already that this condition is met.") from clash
        status.refresh(decision.service)
        notifications.notify(
            [decision.decided_by] if decision.decided_by_id != access.person.pk else [],
            kind="condition-met",
            key=f"condition-met-{condition.public_id}",
            subject=f"{access.person.name} met a condition of decision {decision.number}: {condition.text}",
            url=decision.get_absolute_url(),
            scope=decision.service.scope,
        )
    return met
