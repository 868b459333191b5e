"""Keep or roll back: what a decider says of a live release when an item after the go fails or is late."""

from django.db import IntegrityError, transaction

from portal import audit, clock, notifications, permissions
from portal.errors import Conflict, DomainError
from portal.identity import Proof
from portal.permissions import Access, Capability
from portal.rules import texts
from portal.rules.texts import Refusals
from readiness import verbs
from readiness.actions import condition_items, proofs, releases, status
from readiness.choices import LiveVerdict
from readiness.models import LiveDecision, Release, Service
from readiness.queries import decision_people, live_releases
from readiness.queries.live_releases import LiveRelease
from readiness.rules import signing

LONGEST_REASON = 4000


def record(
    access: Access,
    *,
    service: Service,
    release: Release,
    verdict: str,
    reason: str,
    seen: int,
    proof: Proof | None,
    back_to: Release | None = None,
) -> LiveDecision:
    """Keeps what runs in production, or rolls it back to `back_to`, which is live again from this moment.

    `release` is what the person saw running and `seen` how often a decider had spoken of it: Conflict when either has
    changed. Raises ProofNeeded without a proof under 5 minutes old, DomainError at `verdict`, `reason`, `back_to`.
    """
    now, reason = clock.now(), reason.strip()
    proof = proofs.fresh(proof, now, "This")
    with transaction.atomic():
        permissions.require(access, Capability.DECISION_RECORD, service.scope)
        Service.objects.select_for_update().get(pk=service.pk)
        status.hold(service)
        live = live_releases.of(service, now)
        if live is None or live.release.pk != release.pk or live.sequence != seen:
            raise Conflict("Somebody was faster, or another release runs now. Read it, then decide again.")
        if errors := _mistakes(live, verdict, reason, back_to):
            raise DomainError.of(errors)
        said = _written(access, live, LiveVerdict(verdict), reason, back_to, proof)
        if said.back_to is not None:
            releases.put_back(access, said.back_to, live.deployment.environment)
            _end_conditions(access, live)
        status.refresh(service)
        _tell(access, said, live)
    return said


def _mistakes(live: LiveRelease, verdict: str, reason: str, back_to: Release | None) -> Refusals:
    errors: Refusals = {}
    if verdict not in LiveVerdict.values:
        errors["verdict"] = ["Choose keep or roll back."]
    refusal = texts.refusal(reason, LONGEST_REASON, one_line=False) if reason else "Say why, in a sentence or two."
    if refusal:
        errors["reason"] = [refusal]
    if verdict == LiveVerdict.ROLL_BACK:
        allowed = {found.pk for found in live_releases.ways_back(live.release.service, live.release)}
        if back_to is None or back_to.pk not in allowed:
            errors["back_to"] = ["Choose a release that was once live with a go."]
    return errors


def _written(
    access: Access, live: LiveRelease, verdict: LiveVerdict, reason: str, back_to: Release | None, proof: Proof
) -> LiveDecision:
    back_to = back_to if verdict == LiveVerdict.ROLL_BACK else None
    service, deployment = live.release.service, live.deployment
    facts: dict[str, audit.Fact] = {
        "service": service.slug,
        "release": live.release.label,
        "environment": deployment.environment.name,
        "verdict": verdict.value,
        "back_to": back_to.label if back_to else "",
        "sequence": live.sequence + 1,
        "items": [trouble.key for trouble in live.troubles],
        "meaning_version": signing.LIVE_MEANING,
        "method": proof.method,
    }
    verb = verbs.RELEASE_ROLLED_BACK if back_to else verbs.RELEASE_KEPT
    try:
        with transaction.atomic():
            event = audit.record(access, verb, deployment, scope=service.scope, facts=facts, texts={"reason": reason})
            return LiveDecision.objects.create(
                deployment=deployment,
                sequence=live.sequence + 1,
                verdict=verdict,
                reason=reason,
                asked=[trouble.words for trouble in live.troubles],
                back_to=back_to,
                decided_by=access.person,
                decided_at=event.at,
                **proofs.signature(signing.LIVE_MEANING, proof),
                event=event,
            )
    except IntegrityError as clash:
        raise Conflict("Somebody was faster. Read it, then decide again.") from clash


def _end_conditions(access: Access, live: LiveRelease) -> None:
    """What the goes of the release that was rolled back still asked for, nobody asks for any more."""
    label = live.release.label
    for decision in live.release.decisions.filter(environment=live.deployment.environment).select_related("service"):
        condition_items.drop(access, decision, f"Release {label} was rolled back.")


def _tell(access: Access, said: LiveDecision, live: LiveRelease) -> None:
    service = live.release.service
    words = f"keeps {live.release.label}"
    if said.back_to is not None:
        words = f"rolls {live.release.label} back to {said.back_to.label}"
    notifications.notify(
        decision_people.of_live_release(service),
        kind="live-decision",
        key=f"live-decision-{said.public_id}",
        subject=f"{service.name}: {access.person.name} {words}",
        url=live.release.get_absolute_url(),
        scope=service.scope,
        by=access,
    )
