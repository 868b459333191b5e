"""Withdrawing a decision that was taken in error. The decision stays as it was; what ends it is a row of its own."""

from django.db import IntegrityError, transaction

from portal import audit, clock, notifications, permissions
from portal.errors import Conflict, DomainError
from portal.identity import Proof
from portal.permissions import Access, Capability
from portal.rules import texts
from readiness import verbs
from readiness.actions import condition_items, proofs, status
from readiness.choices import DecisionState
from readiness.models import DecisionWithdrawal, LaunchDecision, Service
from readiness.queries import decision_people
from readiness.queries import decisions as decision_queries
from readiness.rules import signing

LONGEST_REASON = 4000


def withdraw(access: Access, *, decision: LaunchDecision, reason: str, proof: Proof | None) -> DecisionWithdrawal:
    """States that a decision was taken in error, and why: the gate denies, and what it locked is open again.

    Raises ProofNeeded without a proof under 5 minutes old, Conflict when somebody was faster, and DomainError without a
    reason or where a newer decision has taken its place.
    """
    now, reason = clock.now(), reason.strip()
    proof = proofs.fresh(proof, now, "Withdrawing")
    refusal = texts.refusal(reason, LONGEST_REASON, one_line=False) if reason else "Say what was in error."
    if refusal:
        raise DomainError.of({"reason": [refusal]})
    with transaction.atomic():
        service = decision.service
        permissions.require(access, Capability.DECISION_RECORD, service.scope)
        Service.objects.select_for_update().get(pk=service.pk)
        status.hold(service)
        _refuse(decision_queries.now_of(decision, now).state)
        withdrawal = _written(access, decision, reason, proof)
        condition_items.drop(access, decision, f"Decision {decision.number} was withdrawn.")
        status.refresh(service)
        _tell(access, decision)
    return withdrawal


def refusal(state: DecisionState) -> str:
    """Why a decision in this state cannot be withdrawn; "" when it can."""
    if state == DecisionState.SUPERSEDED:
        return "A newer decision has taken its place; there is nothing left to withdraw."
    return "It is withdrawn already." if state == DecisionState.WITHDRAWN else ""


def _refuse(state: DecisionState) -> None:
    if state == DecisionState.WITHDRAWN:
        raise Conflict("Somebody withdrew this decision in between.")
    if words := refusal(state):
        raise DomainError(words)


def _written(access: Access, decision: LaunchDecision, reason: str, proof: Proof) -> DecisionWithdrawal:
    facts: dict[str, audit.Fact] = {
        "service": decision.service.slug,
        "release": decision.release.label,
        "environment": decision.environment.name,
        "verdict": decision.verdict,
        "number": decision.number,
        "meaning_version": signing.WITHDRAWAL_MEANING,
        "method": proof.method,
    }
    said = {"reason": reason}
    try:
        with transaction.atomic():
            event = audit.record(
                access, verbs.DECISION_WITHDRAWN, decision, scope=decision.service.scope, facts=facts, texts=said
            )
            return DecisionWithdrawal.objects.create(
                decision=decision,
                by=access.person,
                at=event.at,
                reason=reason,
                **proofs.signature(signing.WITHDRAWAL_MEANING, proof),
                event=event,
            )
    except IntegrityError as clash:
        raise Conflict("Somebody withdrew this decision in between.") from clash


def _tell(access: Access, decision: LaunchDecision) -> None:
    words = f"{decision.get_verdict_display()} for {decision.service.name} {decision.release.label}"
    notifications.notify(
        decision_people.on_record(decision),
        kind="decision-withdrawn",
        key=f"decision-withdrawn-{decision.public_id}",
        subject=f"{access.person.name} withdrew decision {decision.number}: {words} in {decision.environment.name}",
        url=decision.get_absolute_url(),
        scope=decision.service.scope,
        by=access,
    )
