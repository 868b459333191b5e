"""The emergency go in its two acts: somebody asks, and a decider takes it up within the hour."""

from collections.abc import Mapping
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse

from portal import audit, clock, notifications, permissions
from portal.errors import Conflict, DomainError
from portal.identity import Proof
from portal.models import User
from portal.permissions import Access, Capability
from readiness import verbs
from readiness.actions import decisions, proofs, status
from readiness.actions.decision_statements import NewCondition, Stated
from readiness.choices import Verdict
from readiness.models import EmergencyGo, EmergencyRequest, Environment, LaunchDecision, Release
from readiness.queries import emergencies as queries
from readiness.queries import launch_parts
from readiness.queries.emergencies import Picture
from readiness.queries.launch_parts import Whole
from readiness.rules import emergencies, signing

ACT = "An emergency go"


def ask(
    access: Access, *, release: Release, environment: Environment, reason: str, proof: Proof | None
) -> EmergencyRequest:
    """Asks for an emergency go, in one's own name: the deciders are told at once, and have an hour.

    Raises ProofNeeded without a proof under 5 minutes old; DomainError without a reason, for an author, or while
    another request waits.
    """
    now, reason = clock.now(), reason.strip()
    proof = proofs.fresh(proof, now, ACT)
    with transaction.atomic():
        subject = decisions.locked(release, environment)
        permissions.require(access, Capability.EMERGENCY_ASK, subject.service.scope)
        picture = queries.of(launch_parts.look(subject, access, now), access, now)
        if picture.request is not None:
            raise DomainError(f"{picture.request.asked_by.name} asked for it already. A decider takes it up.")
        if picture.refusal:
            raise DomainError(picture.refusal)
        if errors := emergencies.reason_refusals(reason, "reason", "Say why it cannot wait."):
            raise DomainError.of(errors)
        request = _asked(access, picture, reason, proof)
        _tell(access, picture, request)
    return request


def go(
    access: Access,
    *,
    request: EmergencyRequest,
    rationale: str,
    acknowledged: Mapping[str, str],
    seen: int,
    proof: Proof | None,
) -> LaunchDecision:
    """Records the emergency go that somebody else asked for, with everything it saw and everything it skips.

    `acknowledged` maps every trigger that fires or is unknown to the reason for accepting it. Raises ProofNeeded,
    Conflict when another decision came in between or the request was taken up, DomainError where the rules refuse.
    """
    now, rationale = clock.now(), rationale.strip()
    proof = proofs.fresh(proof, now, ACT)
    with transaction.atomic():
        subject = decisions.locked(request.release, request.environment)
        permissions.require(access, Capability.DECISION_RECORD, subject.service.scope)
        decisions.refuse_unless_seen(subject, seen, now)
        whole = launch_parts.look(subject, access, now)
        picture = queries.of(whole, access, now)
        if picture.request is None or picture.request.pk != request.pk:
            raise Conflict(
                "This request waits no more: taken up, past its hour, or who asked wrote on the items. Ask again."
            )
        if picture.refusal:
            raise DomainError(picture.refusal)
        given = {key: text.strip() for key, text in acknowledged.items()}
        errors = emergencies.reason_refusals(rationale, "rationale", "Say why, in a sentence or two.")
        if errors := errors | emergencies.acceptance_refusals(picture.to_accept, given):
            raise DomainError.of(errors)
        accepted = {trigger.key: given[trigger.key] for trigger in picture.to_accept}
        decision = _recorded(access, whole, picture, rationale, accepted, proof)
        try:
            with transaction.atomic():
                EmergencyGo.objects.create(request=request, decision=decision)
        except IntegrityError as clash:
            raise Conflict("This request was taken up in between.") from clash
        status.refresh(subject.service)
    return decision


def _asked(access: Access, picture: Picture, reason: str, proof: Proof) -> EmergencyRequest:
    subject = picture.subject
    facts: dict[str, audit.Fact] = {
        "service": subject.service.slug,
        "release": subject.release.label,
        "environment": subject.environment.name,
        "meaning_version": signing.EMERGENCY_MEANING,
        "method": proof.method,
    }
    status.hold(subject.service)
    event = audit.record(
        access,
        verbs.EMERGENCY_ASKED,
        subject.release,
        scope=subject.service.scope,
        facts=facts,
        texts={"reason": reason},
    )
    return EmergencyRequest.objects.create(
        release=subject.release,
        environment=subject.environment,
        asked_by=access.person,
        asked_at=event.at,
        reason=reason,
        **proofs.signature(signing.EMERGENCY_MEANING, proof),
        event=event,
    )


def _recorded(
    access: Access, whole: Whole, picture: Picture, rationale: str, accepted: Mapping[str, str], proof: Proof
) -> LaunchDecision:
    people = User.objects.in_bulk({one.owner.public_id for one in picture.debts}, field_name="public_id")
    conditions = [
        NewCondition(
            one.owed.item_key, one.owed.text, people[UUID(one.owner.public_id)], one.due_on, one.owed.review_kind
        )
        for one in picture.debts
    ]
    return decisions.write(
        access,
        whole,
        verdict=Verdict.EMERGENCY_GO,
        rationale=rationale,
        stated=Stated(),
        conditions=conditions,
        acknowledged=accepted,
        proof=proof,
    )


def _tell(access: Access, picture: Picture, request: EmergencyRequest) -> None:
    subject = picture.subject
    where = reverse("readiness:emergency", args=[subject.service.slug, subject.release.label])
    notifications.notify(
        picture.deciders,
        kind="emergency-asked",
        key=f"emergency-{request.public_id}",
        subject=f"{access.person.name} asks for an emergency go: {subject.service.name} {subject.release.label}",
        url=f"{where}?environment={subject.environment.name}",
        scope=subject.service.scope,
        by=access,
    )
