"""Recording go, conditional go and no-go on one release in one environment."""

import datetime
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.urls import reverse

from portal import access as portal_access
from portal import audit, clock, notifications, permissions
from portal.errors import Conflict, DomainError
from portal.identity import Proof
from portal.models import User
from portal.permissions import Access, Capability
from readiness import verbs
from readiness.actions import answer_locks, decision_rows, decision_statements, proofs, status
from readiness.actions.decision_statements import NewCondition, Stated
from readiness.choices import WEIGHED, ReviewState, ServiceState, Verdict
from readiness.models import Environment, ItemAnswer, LaunchDecision, Release, Service
from readiness.queries import decisions as decision_queries
from readiness.queries import launch_parts, launch_subjects
from readiness.queries.launch_parts import Whole


def record(
    access: Access,
    *,
    release: Release,
    environment: Environment,
    verdict: str,
    rationale: str,
    seen: int,
    proof: Proof | None,
    confirmations: Stated | None = None,
    conditions: Sequence[NewCondition] = (),
    acknowledged: Mapping[str, str] | None = None,
) -> LaunchDecision:
    """Records a verdict with everything it saw, once.

    `seen` is the sequence number the person saw: Conflict when another decision was recorded since, so that two
    deciders, or one who presses twice, leave one row. `acknowledged` maps unknown triggers to the reasons for accepting
    them. Raises ProofNeeded without a proof under 5 minutes old; DomainError, by the names of rules.decision_terms,
    where the rules refuse the verdict or something is not stated.
    """
    now = clock.now()
    proof = proofs.fresh(proof, now, "A decision")
    if verdict not in WEIGHED:
        raise DomainError.of({"verdict": [f"Choose {', '.join(WEIGHED)}."]})
    verdict, acknowledged = Verdict(verdict), {key: text.strip() for key, text in (acknowledged or {}).items()}
    stated, conditions = decision_statements.needed(verdict, confirmations or Stated(), conditions)
    # Before any lock is waited for, and again under it: of many presses all but one end here, and hold nobody up.
    refuse_unless_seen(launch_subjects.again(release, environment), seen, now)
    with transaction.atomic():
        subject = locked(release, environment)
        permissions.require(access, Capability.DECISION_RECORD, subject.service.scope)
        refuse_unless_seen(subject, seen, now)
        whole = launch_parts.look(subject, access, now)
        terms = decision_statements.terms(verdict, rationale, stated, conditions, acknowledged)
        decision_statements.refuse(whole.launch, terms, stated, conditions)
        decision = decision_rows.written(access, whole, terms, stated, conditions, proof)
        status.refresh(subject.service)
        _tell(access, whole, decision, conditions)
    return decision


def write(
    access: Access,
    whole: Whole,
    *,
    verdict: Verdict,
    rationale: str,
    stated: Stated,
    conditions: Sequence[NewCondition],
    acknowledged: Mapping[str, str],
    proof: Proof,
) -> LaunchDecision:
    """Writes a decision that another action has weighed, and tells everybody. In the caller's transaction and lock."""
    terms = decision_statements.terms(verdict, rationale, stated, conditions, acknowledged)
    decision = decision_rows.written(access, whole, terms, stated, conditions, proof)
    _tell(access, whole, decision, conditions)
    return decision


def ask(access: Access, *, release: Release) -> list[User]:
    """Asks for a decision on a release: everybody who may take it is told, once until the next one. Returns them.

    Raises DomainError where the release can be decided no more, its review is not there, or nobody may decide.
    """
    with transaction.atomic():
        service = release.service
        permissions.require(access, Capability.REVIEW_START, service.scope)
        if release.cancelled_at or service.state == ServiceState.RETIRED:
            raise DomainError("Nothing is to be decided on it any more.")
        if not release.reviews.exclude(state=ReviewState.ABANDONED).exists():
            raise DomainError("A decision reads the deployment review of this release. Start it first.")
        deciders = portal_access.people_who_can(Capability.DECISION_RECORD, service.scope)
        if not deciders:
            raise DomainError("The team has nobody who may decide: an administrator can add a decider.")
        facts: dict[str, audit.Fact] = {"service": service.slug, "release": release.label}
        audit.record(access, verbs.DECISION_ASKED, release, scope=service.scope, facts=facts)
        notifications.notify(
            deciders,
            kind="decision-asked",
            key=f"decision-asked-{release.public_id}-{release.decisions.count()}",
            subject=f"{access.person.name} asks for a decision on {service.name} {release.label}",
            url=reverse("readiness:decide", args=[service.slug, release.label]),
            scope=service.scope,
        )
    return deciders


def locked(release: Release, environment: Environment) -> launch_subjects.Subject:
    """The release and environment as they stand; service and answers are locked where the database can.

    Locking the answers makes an answer that is being changed at this moment wait, and be refused after a go.
    """
    if environment.service_id != release.service_id:
        message = "Choose an environment of this service."
        raise DomainError.of({"environment": [message]})
    Service.objects.select_for_update().get(pk=release.service_id)
    answer_locks.hold_all(ItemAnswer.objects.filter(review__release=release))
    status.hold(release.service)
    return launch_subjects.again(release, environment)


def refuse_unless_seen(subject: launch_subjects.Subject, seen: int, now: datetime.datetime) -> None:
    """Raises Conflict when another decision was recorded since the one with the sequence `seen`."""
    recorded = decision_queries.on(subject, now, subject.today(now))
    newest = recorded[0].decision if recorded else None
    if seen == (newest.sequence if newest else 0):
        return
    who = f"{newest.decided_by.name} recorded {newest.get_verdict_display().lower()}" if newest else "It changed"
    raise Conflict(f"{who} in the meantime. Read it, then decide again; what you wrote is still here.")


def _tell(access: Access, whole: Whole, decision: LaunchDecision, conditions: Sequence[NewCondition]) -> None:
    """Deciders, all on the record, the leads and the owners of conditions (product.md, Reminders)."""
    launch = whole.launch
    team = launch.subject.service.scope.team_id
    leads = [one.person for one in launch.team if one.can(Capability.TEAM_MANAGE, team)]
    owners = [one.owner for one in conditions if one.owner]
    wrote = User.objects.filter(pk__in=[hand.account for hand, _ in launch.contributors])
    people = [*launch.deciders, *wrote, *(person for person, _ in launch.signers), *leads, *owners]
    words = f"{decision.get_verdict_display()} for {decision.service.name} {decision.release.label}"
    notifications.notify(
        people,
        kind="decision-recorded",
        key=f"decision-{decision.public_id}",
        subject=f"{access.person.name} recorded: {words} in {decision.environment.name}",
        url=decision.get_absolute_url(),
        scope=decision.service.scope,
        by=access,
    )
