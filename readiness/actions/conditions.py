"""What a conditional go asked for, and its being met."""

from django.db import IntegrityError, transaction
from django.db.models import Q

from portal import audit, clock, notifications, permissions
from portal.errors import DomainError
from portal.permissions import Access, Capability
from portal.rules import texts
from readiness import verbs
from readiness.actions import action_items, status
from readiness.choices import ActionState, ItemState, ReviewState, Verdict
from readiness.models import Condition, ConditionMet, ItemAnswer
from readiness.queries import action_items as action_item_queries
from readiness.queries import decisions, launch_reviews, launch_subjects

LONGEST_NOTE = 2000


def _skipped_still(condition: Condition) -> str:
    """Why what an emergency go skipped is not caught up on yet; "" when it is.

    An item has to be green and signed, a review to stand as a go for that release there reads it.
    """
    decision = condition.decision
    if condition.review_kind:
        return _review_still(condition)
    if decision.verdict != Verdict.EMERGENCY_GO or not condition.item_key:
        return ""
    met = ItemAnswer.objects.filter(item_key=condition.item_key, state=ItemState.GREEN, signoff__isnull=False)
    if (
        met.filter(review__service=decision.service)
        .exclude(review__state=ReviewState.ABANDONED)
        .filter(Q(review__release=decision.release) | Q(review__release__isnull=True))
    ):
        return ""
    return "An emergency go skipped this item. It is met once the item is green and signed off."


def _review_still(condition: Condition) -> str:
    decision = condition.decision
    subject = launch_subjects.again(decision.release, decision.environment)
    _, missing = launch_reviews.required(subject, clock.now())
    still = next((one.why for one in missing if one.kind == condition.review_kind), "")
    return f"An emergency go skipped this review. {still}" if still else ""


def meet(access: Access, *, condition: Condition, note: str) -> ConditionMet:
    """States that a condition is met, and by what. Once; raises DomainError at the field `note` without words.

    Raises DomainError too where it ended with its decision: withdrawn, rolled back or replaced by a newer one.

    Its action item is done with that, and in no other way.
    """
    note = note.strip()
    refusal = texts.refusal(note, LONGEST_NOTE, one_line=False) if note else "Say by what it is met."
    if refusal:
        raise DomainError.of({"note": [refusal]})
    decision = condition.decision
    with transaction.atomic():
        permissions.require(access, Capability.CONDITION_MEET, decision.service.scope)
        status.hold(decision.service)
        if decisions.now_of(decision, clock.now()).is_over:
            raise DomainError(f"Decision {decision.number} is over, and its conditions with it: nothing is owed here.")
        if words := _skipped_still(condition):
            raise DomainError(words)
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
        action_items.finish_of(
            access, origin_key=action_item_queries.key_of(condition), service=decision.service, state=ActionState.DONE
        )
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
