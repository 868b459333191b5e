"""A small history in which every guarded table has a row, made by the product's actions wherever there is one."""

import datetime
import hashlib
from decimal import Decimal

from django.core.files.base import ContentFile
from django.db import connection, models, transaction

from incidents.actions import adapted_playbooks, alert_rules, post_mortems
from incidents.actions import runbooks as runbook_actions
from incidents.models import AlertPlaybook
from incidents.rules import adapted_playbooks as playbook_rules
from portal import audit, canonical, clock, origin, record_verification, revisions
from portal.actions import record_verifications
from portal.actions.documents import Written
from portal.append_only import upkeep
from portal.append_only.guards import every_guard
from portal.models import Attachment, AuditEvent, AuditText
from portal.permissions import Access, Role
from readiness import verbs
from readiness.actions import covering, decision_records, model_cards, ownership, signoffs, targets
from readiness.actions import reviews as review_actions
from readiness.choices import AssignmentRole, Verdict
from readiness.models import (
    CheckOccurrence,
    CheckVersion,
    Condition,
    ConditionMet,
    Deployment,
    Drill,
    Environment,
    LaunchDecision,
    OccurrenceRevision,
    OwnershipDomain,
    Release,
    Review,
    Service,
)
from readiness.rules.measures import Targets
from tests.factories import aftermath, incidents, portal, readiness, reviews, runbooks, waivers

AT = datetime.datetime(2026, 11, 2, 9, tzinfo=datetime.UTC)
HOLDS_ON, SERVED = "api.auth", "access.rate-limit"
"""A critical item that depends on the service alone, and the looser item of an assessment that it covers."""


def history() -> Review:
    """A service with a review in which items are signed, reopened and returned, and a decision with a condition."""
    with origin.arriving("page", "request-1", "192.0.2.7"):
        service = readiness.service()
        release = readiness.release(service, carries=[readiness.model_version(readiness.model(service))])
        review = reviews.started(service, release=release)
        engineer, approver = reviews.people(service)
        _signed_reopened_returned(engineer, approver, review)
        _declared(portal.access(service.owner), service)
        _decided(review)
        release = _carried_on(engineer, review)
        _checked(engineer, service)
        _waived(review)
        _documented(review)
        _responded(service)
        aftermath.follows(review, release)
        record_verifications.note(None, record_verification.verify())
    return review


def rows() -> dict[type[models.Model], models.Model]:
    """One row of every guarded table: the newest."""
    return {guard.model: guard.model._default_manager.order_by("-pk")[0] for guard in every_guard()}


def file(service: Service, content: bytes = b"what was measured") -> Attachment:
    """A kept file."""
    return Attachment.objects.create(
        scope=service.scope,
        file=ContentFile(content, name="report.txt"),
        name="report.txt",
        media_type="text/plain",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=service.owner,
        uploaded_at=AT,
    )


def put_guards_aside() -> None:
    """What somebody with all rights over the database can do, and a verification finds."""
    if connection.vendor == "postgresql":
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    upkeep.take_down()


def erase(event: AuditEvent) -> None:
    """Erases the texts of an event, as a right to be forgotten asks for."""
    AuditText.objects.filter(event=event).update(value="", salt="", erased_at=clock.now())


def _signed_reopened_returned(engineer: Access, approver: Access, review: Review) -> None:
    reopened, returned = (answer.item_key for answer in review.answers.filter(applies=True)[:2])
    reviews.signed(approver, reviews.green(engineer, reviews.answer(review, HOLDS_ON)))
    reviews.signed(approver, reviews.green(engineer, reviews.answer(review, reopened)))
    signoffs.reopen(engineer, answer=reviews.answer(review, reopened), reason="The model is another one now.")
    reviews.tick_all(engineer, reviews.answer(review, returned))
    signoffs.give_back(approver, answer=reviews.answer(review, returned), reason="Which run was it?")


def _carried_on(engineer: Access, review: Review) -> Release:
    """The next release's review starts from this one: a sign-off holds on; and it serves an item of an assessment."""
    release = readiness.release(review.service)
    reviews.started(review.service, release=release)
    assessment = review_actions.start(portal.access(review.service.owner), service=review.service, kind="pillars")
    covering.use(engineer, answer=reviews.answer(assessment, SERVED))
    return release


def _waived(review: Review) -> None:
    """A waiver that was asked for, approved and revoked."""
    engineer, approver = (access.person for access in reviews.people(review.service))
    asked = waivers.asked(engineer, review.service, review.answers.all()[0].item_key, datetime.date(2026, 12, 1))
    waivers.settled(approver, asked)
    waivers.revoked(approver, asked)


def _documented(review: Review) -> None:
    """A card, a decision record and a runbook, each said to be still true; the runbook was drilled."""
    service, lead = review.service, portal.access(review.service.owner)
    card = model_cards.begin(lead, model=service.served_models.all()[0], written=Written({"intended_use": "Drafts."}))
    model_cards.confirm(lead, card=card, seen=1)
    adr = decision_records.propose(lead, service=service, title="Retry once", written=Written({"context": "Slow."}))
    decision_records.accept(lead, record=adr, seen=1)
    runbook = runbooks.runbook(service, by=service.owner)
    runbook_actions.confirm(lead, runbook=runbook, seen=1)
    runbooks.drill(runbooks.again(runbook), service.owner)


def _responded(service: Service) -> None:
    """An incident with a step done and a published post-mortem, an alert's rule, and a playbook adapted for it."""
    lead = portal.access(service.owner)
    account = incidents.explained(incidents.resolved(incidents.declared(service, playbook="alert.cost-spike")))
    post_mortems.confirm(lead, post_mortem=account, seen=account.revision)
    alert_rules.make(lead, service=service, written=alert_rules.Written("CostSpike", {"alertname": "CostSpike"}))
    playbook = AlertPlaybook.objects.get(key="alert.cost-spike")
    steps = playbook_rules.shipped(playbook.playbook, is_third_party=False)
    adapted_playbooks.adapt(lead, service=service, playbook=playbook, steps=steps, note="Ours.", seen=0)


def _declared(lead: Access, service: Service) -> None:
    targets.change(lead, service=service, targets=Targets(p95_ms=Decimal(1800)), revision=service.target.revision)
    domain = OwnershipDomain.objects.order_by("position")[0]
    person = portal.member(service.scope.team, Role.CONTRIBUTOR, name="Olga Owner")
    ownership.assign(lead, service=service, domain=domain, person=person, role=AssignmentRole.ACCOUNTABLE)
    file(service)
    environment = service.environments.first() or Environment.objects.create(service=service, name="staging")
    release = service.releases.all()[0]
    Deployment.objects.create(release=release, environment=environment, deployed_by=lead.person, deployed_at=AT)
    Drill.objects.create(
        service=service,
        environment=environment,
        from_version="v2",
        to_version="v1",
        performed_by=lead.person,
        performed_at=AT,
        result="passed",
        minutes=4,
        way_back_digest=canonical.digest({}),
        recorded_by=lead.person,
        recorded_at=AT,
    )


@transaction.atomic
def _checked(engineer: Access, service: Service) -> None:
    """A recurring check that was answered, as its rows and event."""
    version = CheckVersion.objects.current()[0]
    occurrence = CheckOccurrence.objects.create(
        service=service,
        recurring_check=version.recurring_check,
        version=version,
        cadence=version.row.cadence,
        period="2026-W45",
        pillar=version.row.pillar,
        opens_at=AT,
        due_at=AT + datetime.timedelta(days=4),
        ends_at=AT + datetime.timedelta(days=7),
        result="pass",
        done_by=engineer.person,
        done_at=AT,
        revision=1,
    )
    occurrence.content_digest = canonical.digest(occurrence.governed_content())
    occurrence.save(update_fields=["content_digest"])
    facts: dict[str, audit.Fact] = {"service": service.slug, "check": version.row.key, "period": "2026-W45"}
    event = audit.record(engineer, verbs.CHECK_ANSWERED, occurrence, scope=service.scope, facts=facts)
    revisions.add(OccurrenceRevision, occurrence, occurrence.governed_content(), event, engineer)


@transaction.atomic
def _decided(review: Review) -> None:
    service = review.service
    decider = portal.access(portal.member(service.scope.team, Role.DECIDER, name="Dora Decider"))
    decision = decide(decider, review)
    condition = Condition.objects.create(
        decision=decision, text="Name the limits", owner=service.owner, due_on=datetime.date(2026, 11, 20)
    )
    facts: dict[str, audit.Fact] = {"service": service.slug, "condition": str(condition.public_id)}
    texts = {"text": condition.text, "note": "Named."}
    event = audit.record(decider, verbs.CONDITION_MET, condition, scope=service.scope, facts=facts, texts=texts)
    ConditionMet.objects.create(condition=condition, by=decider.person, at=AT, on=AT.date(), note="Named.", event=event)


@transaction.atomic
def decide(decider: Access, review: Review, verdict: str = Verdict.CONDITIONAL_GO) -> LaunchDecision:
    """A decision as its row and event, without the rules that stand before it."""
    service, release = review.service, review.release
    assert release
    environment = service.environments.first()
    assert environment
    frozen: dict[str, object] = {"items": [], "governed": {}}
    fields: dict[str, str | int] = {
        "verdict": str(verdict),
        "number": service.decisions.count() + 1,
        "sequence": release.decisions.count() + 1,
        "snapshot_digest": canonical.digest(frozen),
        "governed_digest": canonical.digest({"governed": []}),
        "meaning_version": "1",
    }
    facts: dict[str, audit.Fact] = {**fields, "service": service.slug, "release": release.label, "method": "password"}
    facts |= {"environment": environment.name}
    texts = {"rationale": "Good enough."}
    event = audit.record(decider, verbs.DECISION_RECORDED, release, scope=service.scope, facts=facts, texts=texts)
    return LaunchDecision.objects.create(
        **fields,
        service=service,
        release=release,
        environment=environment,
        review=review,
        rationale="Good enough.",
        decided_by=decider.person,
        decided_at=AT,
        snapshot=canonical.dumps(frozen),
        meaning="I decide.",
        proof_method="password",
        proof_at=AT,
        event=event,
    )
