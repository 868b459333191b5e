"""Findings: opened by compliance, answered by the team, closed by compliance alone."""

from collections.abc import Iterable

from django.db import transaction

from portal import audit, canonical, clock, notifications, permissions
from portal.audit import Fact, Verb
from portal.errors import DomainError
from portal.models import User
from portal.permissions import Access, Capability
from portal.rules import texts
from readiness import verbs
from readiness.actions import action_items, status
from readiness.actions.action_items import NewItem
from readiness.choices import ActionOrigin, ActionState
from readiness.models import Finding, FindingEntry, LaunchDecision, Service
from readiness.models.reviews import next_number
from readiness.queries import findings as finding_queries
from readiness.rules import findings as rules
from readiness.rules.action_items import Terms

Kind = FindingEntry.Kind


def open_finding(
    access: Access,
    *,
    service: Service,
    severity: int,
    title: str,
    text: str,
    item_key: str = "",
    decision: LaunchDecision | None = None,
) -> Finding:
    """Opens a finding on a service, perhaps on one of its items or decisions, with an action item for who owns that.

    Raises DomainError at `title`, `text`, `severity`, `item_key` or `decision`.
    """
    with transaction.atomic():
        permissions.require(access, Capability.FINDING_OPEN, service.scope)
        status.hold(service)
        errors = rules.refusals(title, text, severity)
        if item_key and item_key not in finding_queries.items(service):
            errors["item_key"] = ["Choose an item that one of its reviews asks."]
        if decision is not None and decision.service_id != service.pk:
            errors["decision"] = ["Choose a decision on this service."]
        if errors:
            raise DomainError.of(errors)
        finding = Finding(
            service=service,
            number=next_number(service.findings.all()),
            severity=severity,
            title=texts.tidied(title),
            text=text.strip(),
            item_key=item_key,
            decision=decision,
            opened_by=access.person,
            opened_at=clock.now(),
        )
        _keep(access, finding)
        _follow_up(access, finding, finding.text)
        _tell(access, finding, finding_queries.told(service), "opened", f"finding-{finding.public_id}")
    return finding


def answer(access: Access, *, finding: Finding, text: str) -> FindingEntry:
    """The team says what it did about a finding. Raises DomainError at `text`."""
    people = finding_queries.told_of_answers(finding)
    return _say(access, finding, Kind.ANSWER, Capability.FINDING_ANSWER, verbs.FINDING_ANSWERED, text, people)


def send_back(access: Access, *, finding: Finding, text: str) -> FindingEntry:
    """Compliance asks for more: the finding is open again, and somebody has it to do. Raises DomainError at `text`."""
    with transaction.atomic():
        people = finding_queries.told(finding.service)
        said = _say(access, finding, Kind.SENT_BACK, Capability.FINDING_CLOSE, verbs.FINDING_SENT_BACK, text, people)
        _follow_up(access, finding, said.text)
    return said


def close(access: Access, *, finding: Finding, text: str) -> FindingEntry:
    """Compliance closes a finding, and says on what grounds; its action item is done. Raises DomainError at `text`."""
    with transaction.atomic():
        people = finding_queries.told(finding.service)
        said = _say(access, finding, Kind.CLOSED, Capability.FINDING_CLOSE, verbs.FINDING_CLOSED, text, people)
        action_items.finish_of(
            access, origin_key=action_items.key_of(finding), service=finding.service, state=ActionState.DONE
        )
    return said


def _say(
    access: Access,
    finding: Finding,
    kind: FindingEntry.Kind,
    capability: Capability,
    verb: Verb,
    text: str,
    people: Iterable[User],
) -> FindingEntry:
    with transaction.atomic():
        permissions.require(access, capability, finding.service.scope)
        status.hold(finding.service)
        if refusal := rules.move_refusal(kind, finding_queries.state(finding)):
            raise DomainError(refusal)
        if refusal := rules.text_refusal(text, "Say it in a sentence at least."):
            raise DomainError.of({"text": [refusal]})
        entry = FindingEntry(finding=finding, kind=kind, text=text.strip(), by=access.person)
        facts: dict[str, Fact] = {
            "service": finding.service.slug,
            "number": finding.number,
            "entry": str(entry.public_id),
        }
        words = {"title": finding.title, "text": entry.text}
        entry.event = audit.record(access, verb, finding, scope=finding.service.scope, facts=facts, texts=words)
        entry.at = entry.event.at
        entry.save(force_insert=True)
        _tell(access, finding, people, entry.get_kind_display().lower(), f"finding-{entry.public_id}")
    return entry


def _keep(access: Access, finding: Finding) -> None:
    finding.content_digest = canonical.digest(finding.governed_content())
    facts: dict[str, Fact] = {
        "service": finding.service.slug,
        "number": finding.number,
        "severity": int(finding.severity),
        "item": finding.item_key,
        "decision": finding.decision.number if finding.decision else None,
        "digest": finding.content_digest,
    }
    words = {"title": finding.title, "text": finding.text}
    scope = finding.service.scope
    finding.event = audit.record(access, verbs.FINDING_OPENED, finding, scope=scope, facts=facts, texts=words)
    finding.save(force_insert=True)


def _follow_up(access: Access, finding: Finding, text: str) -> None:
    """The action item for whoever owns what the finding is about; the one there is, while it is unfinished."""
    new = NewItem(
        terms=Terms(finding.title, text, priority=rules.PRIORITIES[finding.severity]),
        owner=finding_queries.owner(finding),
        origin=ActionOrigin.FINDING,
        key=action_items.key_of(finding),
        origin_text=f"Finding {finding.number} of {finding.opened_by.name}"[: rules.LONGEST_TITLE],
        origin_url=finding.get_absolute_url(),
        finding=finding,
    )
    action_items.add(access, service=finding.service, new=new)


def _tell(access: Access, finding: Finding, people: Iterable[User], did: str, key: str) -> None:
    notifications.notify(
        [person for person in people if person.pk != access.person.pk],
        kind="finding",
        key=key,
        subject=f"{access.person.name} {did}: finding {finding.number} on {finding.service.name}, {finding.title}",
        url=finding.get_absolute_url(),
        scope=finding.service.scope,
    )
