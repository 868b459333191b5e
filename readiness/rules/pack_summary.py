"""What the summary of an audit pack says: what was decided by whom, what was accepted, and what needs attention."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from readiness.choices import DecisionState, ItemState, Verdict
from readiness.rules.pack_contents import ServiceChapterData
from readiness.rules.pack_decisions import Decision
from readiness.rules.pack_reviews import Review

ENDED = {
    DecisionState.EXPIRED: "has expired",
    DecisionState.LAPSED: "has lapsed",
    DecisionState.WITHDRAWN: "was withdrawn",
    DecisionState.ROLLED_BACK: "was rolled back",
}
"""How a go that no longer holds is said to have ended."""


@dataclass(frozen=True, slots=True)
class Row:
    """One service in the summary: its newest decision, its numbers, and how many waivers are in force.

    `checks_overdue` is None where the portal keeps no recurring checks.
    """

    service: ServiceChapterData
    decision: Decision | None
    on_credit: int
    checks_overdue: int | None


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision of a service."""

    service: ServiceChapterData
    decision: Decision


@dataclass(frozen=True, slots=True)
class Accepted:
    """Something that was accepted though it was not met or not known: what, by whom, why, and where it is found."""

    service: str
    words: str
    by: str
    why: str
    reference: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that needs attention, and where it is found."""

    service: str
    words: str
    reference: str


def rows(services: Sequence[ServiceChapterData]) -> list[Row]:
    """A row for each service, in the order given."""
    return [
        Row(
            service=service,
            decision=service.headline,
            on_credit=sum(waiver.in_force for waiver in service.waivers),
            checks_overdue=service.glance.overdue_checks,
        )
        for service in services
    ]


def decisions(services: Sequence[ServiceChapterData]) -> list[Decided]:
    """Every decision that the pack shows, in the order of the services, newest first."""
    return [Decided(service, decision) for service in services for decision in service.decisions]


def exceptions(services: Sequence[ServiceChapterData]) -> list[Accepted]:
    """What was accepted: emergency goes, unknown triggers, conditions, waivers; in the order of the services."""
    return [one for service in services for one in _accepted(service)]


def findings(services: Sequence[ServiceChapterData]) -> list[Finding]:
    """What needs attention: no-go and lapsed decisions, critical items that are not met, credit, gaps, what is late."""
    return [
        Finding(service.title, words, reference) for service in services for words, reference in _of_service(service)
    ]


def _accepted(service: ServiceChapterData) -> Iterator[Accepted]:
    for decision in service.decisions:
        by = decision.signature.by.name
        if decision.emergency:
            yield Accepted(service.title, "Emergency go", by, decision.emergency, decision.reference)
        for trigger in decision.accepted:
            words = f"Not known, and accepted: {trigger.title}"
            yield Accepted(service.title, words, by, trigger.acknowledged, decision.reference)
        for one in decision.conditions:
            why = f"Left to {one.owner} until {one.due_on:%Y-%m-%d}. {one.outcome}"
            words = f"Condition: {one.text.rstrip('.')}"
            yield Accepted(service.title, words, by, why, f"{decision.reference}, {one.reference}")
    for waiver in service.waivers:
        if waiver.approval is not None:
            by = waiver.approval.by.name
            words = f"Waiver, {waiver.state.lower()}, until {waiver.expires_on:%Y-%m-%d}: {waiver.item_title}"
            yield Accepted(service.title, words, by, waiver.reason, waiver.reference)


def _of_service(service: ServiceChapterData) -> Iterator[tuple[str, str]]:
    if service.headline is not None:
        yield from _of_decision(service.headline)
    for review in service.current_reviews:
        yield from _of_review(review)
    for waiver in service.waivers:
        if waiver.in_force:
            yield f"{waiver.item_title}: on credit.", waiver.reference
    for owner in service.ownership.domains:
        if owner.accountable is None and not owner.rule:
            yield f"{owner.domain}: {(owner.gap or 'nobody is accountable').rstrip('.')}.", "Chapter 2"
    if count := service.glance.overdue_checks:
        yield f"{count} recurring check{'' if count == 1 else 's'} overdue at the end of the period.", "Chapter 7"


def _of_decision(decision: Decision) -> Iterator[tuple[str, str]]:
    if decision.verdict == Verdict.NO_GO:
        yield f"No-go for release {decision.release} in {decision.environment}.", decision.reference
    elif decision.state in ENDED:
        yield (
            f"The {decision.verdict.label.lower()} for release {decision.release} {ENDED[decision.state]}.",
            decision.reference,
        )
    for condition in decision.conditions:
        if condition.late and not condition.met:
            yield f"Condition overdue: {condition.text.rstrip('.')}.", f"{decision.reference}, {condition.reference}"


def _of_review(review: Review) -> Iterator[tuple[str, str]]:
    for item in review.items:
        if not item.counts:
            continue  # it opens with a deployment still to come, or the tier makes it optional
        unmet = item.state in (ItemState.RED, ItemState.UNANSWERED, ItemState.YELLOW)
        if (item.critical and unmet) or item.state == ItemState.RED:
            yield f"{'Critical item' if item.critical else 'Item'} {item.state.label.lower()}: {item.title}.", item.key
        elif item.critical and item.state == ItemState.GREEN and not item.standing:
            yield f"Critical item green and not signed: {item.title}.", item.key
