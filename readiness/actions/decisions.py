"""Recording go, conditional go and no-go on one release in one environment."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse

from portal import access as portal_access
from portal import audit, canonical, clock, notifications, permissions
from portal.audit import Fact
from portal.errors import Conflict, DomainError, ProofNeeded
from portal.identity import Proof
from portal.models import AuditEvent, User
from portal.permissions import Access, Capability
from portal.rules import texts
from readiness import verbs
from readiness.actions import answer_locks, condition_items, launch_reminders, status
from readiness.choices import GO, WEIGHED, ReviewState, ServiceState, Verdict
from readiness.models import Condition, Drill, Environment, ItemAnswer, LaunchDecision, Release, Service
from readiness.models.reviews import next_number
from readiness.queries import decisions as decision_queries
from readiness.queries import frozen, launch_parts, launch_subjects
from readiness.queries.launch import Launch
from readiness.queries.launch_parts import Whole
from readiness.rules import decision_terms, governed, signing
from readiness.rules.decision_terms import ConditionTerms, Confirmations, Terms


@dataclass(frozen=True)
class Stated:
    """The three confirmations as the decider stated them; moments are aware."""

    on_call: User | None = None
    on_call_until: datetime.datetime | None = None
    drill: Drill | None = None
    return_to: str = ""
    told: str = ""
    told_at: datetime.datetime | None = None


@dataclass(frozen=True)
class NewCondition:
    """One condition of a conditional go: what is to be done, by whom, until when; `item_key` is the item behind it."""

    item_key: str
    text: str
    owner: User | None
    due_on: datetime.date | None


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
    if proof is None or not signing.may_decide(proof.at, now):
        raise ProofNeeded("A decision needs a proof of who you are, under 5 minutes old. Give your password.")
    if verdict not in WEIGHED:
        raise DomainError.of({"verdict": [f"Choose {', '.join(WEIGHED)}."]})
    verdict, acknowledged = Verdict(verdict), {key: text.strip() for key, text in (acknowledged or {}).items()}
    stated, conditions = _needed(verdict, confirmations or Stated(), conditions)
    # Before any lock is waited for, and again under it: of many presses all but one end here, and hold nobody up.
    refuse_unless_seen(launch_subjects.again(release, environment), seen, now)
    with transaction.atomic():
        subject = locked(release, environment)
        permissions.require(access, Capability.DECISION_RECORD, subject.service.scope)
        refuse_unless_seen(subject, seen, now)
        whole = launch_parts.look(subject, access, now)
        terms = _terms(verdict, rationale, stated, conditions, acknowledged)
        _refuse(whole.launch, terms, stated, conditions)
        decision = _written(access, whole, terms, stated, conditions, proof)
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
    terms = _terms(verdict, rationale, stated, conditions, acknowledged)
    decision = _written(access, whole, terms, stated, conditions, proof)
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


def mistakes(
    launch: Launch,
    *,
    verdict: str,
    rationale: str,
    confirmations: Stated,
    conditions: Sequence[NewCondition],
    acknowledged: Mapping[str, str],
) -> texts.Refusals:
    """What `record` would refuse of what is stated, by field: for a form that cannot be recorded for another reason.

    Nothing where the verdict itself is refused: its reasons are said first.
    """
    if verdict not in WEIGHED or not launch.outlook.choice(verdict).allowed:
        return {}
    stated, conditions = _needed(Verdict(verdict), confirmations, conditions)
    return _mistakes(launch, _terms(verdict, rationale, stated, conditions, acknowledged), stated, conditions)


def _needed(
    verdict: Verdict, stated: Stated, conditions: Sequence[NewCondition]
) -> tuple[Stated, Sequence[NewCondition]]:
    """What a verdict takes of what is stated: a no-go needs neither confirmations nor conditions, a go the first."""
    if verdict == Verdict.NO_GO:
        return Stated(), ()
    return stated, () if verdict == Verdict.GO else conditions


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


def _terms(
    verdict: str, rationale: str, stated: Stated, conditions: Sequence[NewCondition], acknowledged: Mapping[str, str]
) -> Terms:
    return Terms(
        verdict=verdict,
        rationale=rationale.strip(),
        confirmations=Confirmations(
            on_call=stated.on_call.name if stated.on_call else "",
            on_call_until=stated.on_call_until,
            drill=str(stated.drill.public_id) if stated.drill else "",
            return_to=stated.return_to.strip(),
            told=stated.told.strip(),
            told_at=stated.told_at,
        ),
        conditions=[
            ConditionTerms(one.item_key, one.text.strip(), one.owner.name if one.owner else "", one.due_on)
            for one in conditions
        ],
        acknowledged=acknowledged,
    )


def _refuse(launch: Launch, terms: Terms, stated: Stated, conditions: Sequence[NewCondition]) -> None:
    """Raises DomainError where the rules refuse the verdict, or with every field that is not right."""
    choice = launch.outlook.choice(terms.verdict)
    if not choice.allowed:
        reasons = [refusal.text for refusal in choice.against]
        raise DomainError(f"{choice.verdict.label}: refused for now. {reasons[0]}", {"verdict": reasons})
    if errors := _mistakes(launch, terms, stated, conditions):
        raise DomainError.of(errors)


def _mistakes(launch: Launch, terms: Terms, stated: Stated, conditions: Sequence[NewCondition]) -> texts.Refusals:
    drills = {str(one.drill.public_id) for one in launch.watch.valid_drills}
    errors = decision_terms.refusals(terms, launch.outlook, valid_drills=drills, now=launch.now, today=launch.today)
    for field, person in _named(stated, conditions):
        if not _is_known(person, launch):
            errors.setdefault(field, []).append("Choose somebody of the team.")
    return errors


def _named(stated: Stated, conditions: Sequence[NewCondition]) -> Iterable[tuple[str, User]]:
    if stated.on_call:
        yield "on_call", stated.on_call
    for condition in conditions:
        if condition.owner:
            yield decision_terms.condition_field(condition.item_key, "owner"), condition.owner


def _is_known(person: User, launch: Launch) -> bool:
    """Whether the person is in the team today, or owns something of the service."""
    owners = {item.owner.public_id for item in launch.watch.items}
    return any(one.person.pk == person.pk for one in launch.team) or str(person.public_id) in owners


def _written(
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
        meaning=signing.MEANINGS[meaning],
        meaning_version=meaning,
        proof_method=proof.method,
        proof_at=proof.at,
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
                decision=decision, item_key=one.item_key, text=one.text.strip(), owner=one.owner, due_on=one.due_on
            )


def _tell(access: Access, whole: Whole, decision: LaunchDecision, conditions: Sequence[NewCondition]) -> None:
    """Deciders, all on the record, the leads and the owners of conditions (product.md, Reminders)."""
    launch = whole.launch
    team = launch.subject.service.scope.team_id
    leads = [one.person for one in launch.team if one.can(Capability.TEAM_MANAGE, team)]
    owners = [one.owner for one in conditions if one.owner]
    people = [*launch.deciders, *whole.contributors, *whole.signers, *leads, *owners]
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
