"""Findings: opened by compliance, answered by the team, closed by compliance alone."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from portal import audit, canonical, clock, notifications, permissions
from portal.audit import Fact, Verb
from portal.errors import Conflict, DomainError
from portal.models import User
from portal.models.base import next_number
from portal.permissions import Access, Capability
from portal.rules import texts
from readiness import verbs
from readiness.actions import action_items, status
from readiness.actions.action_items import NewItem
from readiness.choices import ActionOrigin, ActionState
from readiness.models import Finding, FindingEntry, LaunchDecision, Service
from readiness.queries import action_items as action_item_queries
from readiness.queries import findings as finding_queries
from readiness.rules import findings as rules
from readiness.rules.action_items import Terms

Kind = FindingEntry.Kind


@dataclass(frozen=True)
class _Said:
    """One of the things that can be said on a finding, by whom, and how the record calls it."""

    kind: FindingEntry.Kind
    capability: Capability
    verb: Verb


_ANSWER = _Said(Kind.ANSWER, Capability.FINDING_ANSWER, verbs.FINDING_ANSWERED)
_SEND_BACK = _Said(Kind.SENT_BACK, Capability.FINDING_CLOSE, verbs.FINDING_SENT_BACK)
_CLOSE = _Said(Kind.CLOSED, Capability.FINDING_CLOSE, verbs.FINDING_CLOSED)


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


def answer(access: Access, *, finding: Finding, text: str, seen: int | None = None) -> FindingEntry:
    """The team says what it did about a finding.

    `seen`, where given, is how many entries it had when the person read it: Conflict when somebody was faster. Raises
    DomainError at `text`.
    """
    return _say(access, finding, _ANSWER, text, seen, finding_queries.told_of_answers(finding))


def send_back(access: Access, *, finding: Finding, text: str, seen: int | None = None) -> FindingEntry:
    """Compliance asks for more: the finding is open again, and somebody has it to do. `seen`, raises: as `answer`."""
    with transaction.atomic():
        said = _say(access, finding, _SEND_BACK, text, seen, finding_queries.told(finding.service))
        _follow_up(access, finding, said.text)
    return said


def close(access: Access, *, finding: Finding, text: str, seen: int | None = None) -> FindingEntry:
    """Compliance closes a finding, and says on what grounds; its action item is done. `seen`, raises: as `answer`."""
    with transaction.atomic():
        said = _say(access, finding, _CLOSE, text, seen, finding_queries.told(finding.service))
        action_items.finish_of(
            access, origin_key=action_item_queries.key_of(finding), service=finding.service, state=ActionState.DONE
        )
    return said


def _say(
    access: Access, finding: Finding, said: _Said, text: str, seen: int | None, people: Iterable[User]
) -> FindingEntry:
    with transaction.atomic():
        permissions.require(access, said.capability, finding.service.scope)
        status.hold(finding.service)
        if seen is not None and seen != finding.entries.count():
            raise Conflict("Somebody said more on it in between. Read it, then send yours again.")
        if refusal := rules.move_refusal(said.kind, finding_queries.state(finding)):
            raise DomainError(refusal)
        if refusal := rules.text_refusal(text, "Say it in a sentence at least."):
            raise DomainError.of({"text": [refusal]})
        entry = FindingEntry(finding=finding, kind=said.kind, text=text.strip(), by=access.person)
        facts: dict[str, Fact] = {
            "service": finding.service.slug,
            "number": finding.number,
            "entry": str(entry.public_id),
        }
        words = {"title": finding.title, "text": entry.text}
        entry.event = audit.record(access, said.verb, finding, scope=finding.service.scope, facts=facts, texts=words)
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
        key=action_item_queries.key_of(finding),
        origin_text=f"Finding {finding.number} of {finding.opened_by.name}"[: rules.LONGEST_TITLE],
        origin_url=finding.get_absolute_url(),
        finding=finding,
    )
    action_items.add(access, service=finding.service, new=new)


def _tell(access: Access, finding: Finding, people: Iterable[User], did: str, key: str) -> None:
    notifications.notify(
        people,
        kind="finding",
        key=key,
        subject=f"{access.person.name} {did}: finding {finding.number} on {finding.service.name}, {finding.title}",
        url=finding.get_absolute_url(),
        scope=finding.service.scope,
        by=access,
    )
