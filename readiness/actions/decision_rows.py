"""A decision as it is written: with everything it saw, its conditions and its event."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from portal import audit, canonical
from portal.audit import Fact
from portal.errors import Conflict
from portal.identity import Proof
from portal.models import AuditEvent
from portal.models.base import next_number
from portal.permissions import Access
from readiness import verbs
from readiness.actions import condition_items, launch_reminders, proofs
from readiness.actions.decision_statements import NewCondition, Stated
from readiness.choices import GO, Verdict
from readiness.models import Condition, LaunchDecision
from readiness.queries import frozen
from readiness.queries.launch import Launch
from readiness.queries.launch_parts import Whole
from readiness.rules import governed, signing
from readiness.rules.decision_terms import Terms


def written(
    access: Access,
    whole: Whole,
    terms: Terms,
    stated: Stated,
    conditions: Sequence[NewCondition],
    proof: Proof,
) -> LaunchDecision:
    """The decision with its conditions, and its event; Conflict when another took its place at the same moment."""
    launch = whole.launch
    meaning = signing.EMERGENCY_GO_MEANING if terms.verdict == Verdict.EMERGENCY_GO else signing.DECISION_MEANING
    decision = LaunchDecision(
        service=launch.subject.service,
        number=next_number(launch.subject.service.decisions.all()),
        release=launch.subject.release,
        environment=launch.subject.environment,
        review=launch.watch.review,
        sequence=launch.sequence + 1,
        verdict=terms.verdict,
        rationale=terms.rationale,
        decided_by=access.person,
        decided_at=launch.now,
        on_call=stated.on_call,
        on_call_until=stated.on_call_until,
        drill=stated.drill,
        return_to=terms.confirmations.return_to,
        told=terms.confirmations.told,
        told_at=stated.told_at,
        acknowledged=_accepted(launch, terms),
        **proofs.signature(meaning, proof),
        governed_digest=canonical.digest(governed.rests_on(terms.verdict, launch.governed)),
    )
    document = frozen.document(
        whole, decided=_decided(decision, stated, conditions), acknowledged=decision.acknowledged
    )
    decision.snapshot, decision.snapshot_digest = canonical.dumps(document), canonical.digest(document)
    try:
        with transaction.atomic():
            decision.event = _event(access, decision, len(conditions))
            decision.save(force_insert=True)
            owed = Condition.objects.bulk_create(_rows(decision, conditions))
            launch_reminders.await_conditions(decision, owed)
    except IntegrityError as clash:
        raise Conflict("Another decision was recorded at the same moment. Read it, then decide again.") from clash
    condition_items.open_for(access, decision, owed)
    return decision


def _accepted(launch: Launch, terms: Terms) -> dict[str, str]:
    """The reasons for accepting what is unknown, in an emergency what fires too; a no-go accepts nothing."""
    if terms.verdict not in GO:
        return {}
    if terms.verdict == Verdict.EMERGENCY_GO:
        return dict(terms.acknowledged)
    return {trigger.key: terms.acknowledged.get(trigger.key, "") for trigger in launch.outlook.unknown}


def _decided(decision: LaunchDecision, stated: Stated, conditions: Sequence[NewCondition]) -> dict[str, Any]:
    return {
        "id": decision.public_id,
        "number": decision.number,
        "sequence": decision.sequence,
        "verdict": decision.verdict,
        "rationale": decision.rationale,
        "by": decision.decided_by.name,
        "at": decision.decided_at,
        "meaning": decision.meaning,
        "meaning_version": decision.meaning_version,
        "method": decision.proof_method,
        "proof_at": decision.proof_at,
        "confirmations": {
            "on_call": stated.on_call.name if stated.on_call else "",
            "on_call_until": stated.on_call_until,
            "drill": str(stated.drill) if stated.drill else "",
            "return_to": decision.return_to,
            "told": decision.told,
            "told_at": decision.told_at,
        },
        "conditions": [
            {"item": one.item_key, "text": one.text, "owner": one.owner.name if one.owner else "", "due_on": one.due_on}
            for one in conditions
        ],
    }


def _event(access: Access, decision: LaunchDecision, conditions: int) -> AuditEvent:
    facts: dict[str, Fact] = {
        "service": decision.service.slug,
        "release": decision.release.label,
        "environment": decision.environment.name,
        "verdict": decision.verdict,
        "number": decision.number,
        "sequence": decision.sequence,
        "snapshot_digest": decision.snapshot_digest,
        "governed_digest": decision.governed_digest,
        "meaning_version": decision.meaning_version,
        "method": decision.proof_method,
        "conditions": conditions,
    }
    words = {"rationale": decision.rationale, "told": decision.told}
    scope = decision.service.scope
    return audit.record(access, verbs.DECISION_RECORDED, decision, scope=scope, facts=facts, texts=words)


def _rows(decision: LaunchDecision, conditions: Sequence[NewCondition]) -> Iterable[Condition]:
    for one in conditions:
        if one.owner is not None and one.due_on is not None:  # the rules have asked for both
            yield Condition(
                decision=decision,
                item_key=one.item_key,
                review_kind=one.review_kind,
                text=one.text.strip(),
                owner=one.owner,
                due_on=one.due_on,
            )
