"""What the summary of an audit pack says of each service, and what it says needs attention."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from readiness.choices import DecisionState, ItemState, Verdict
from readiness.rules.pack_contents import ServiceChapterData
from readiness.rules.pack_decisions import Decision
from readiness.rules.pack_reviews import Review


@dataclass(frozen=True, slots=True)
class Row:
    """One service in the summary: its newest decision and review, and how many waivers are in force."""

    service: ServiceChapterData
    decision: Decision | None
    review: Review | None
    on_credit: int


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
            decision=next(iter(service.decisions), None),
            review=next(iter(service.reviews), None),
            on_credit=sum(waiver.in_force for waiver in service.waivers),
        )
        for service in services
    ]


def findings(services: Sequence[ServiceChapterData]) -> list[Finding]:
    """What needs attention: no-go and lapsed decisions, critical items that are not met, credit, gaps, what is late."""
    return [
        Finding(service.title, words, reference) for service in services for words, reference in _of_service(service)
    ]


def _of_service(service: ServiceChapterData) -> Iterator[tuple[str, str]]:
    for decision in service.decisions[:1]:
        yield from _of_decision(decision)
    for review in service.reviews[:1]:
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
    elif decision.state in (DecisionState.EXPIRED, DecisionState.LAPSED):
        yield (
            f"The {decision.verdict.label.lower()} for release {decision.release} has {decision.state}.",
            decision.reference,
        )
    for condition in decision.conditions:
        if condition.late and not condition.met:
            yield f"Condition overdue: {condition.text.rstrip('.')}.", f"{decision.reference}, {condition.reference}"


def _of_review(review: Review) -> Iterator[tuple[str, str]]:
    for item in review.items:
        if item.after_go and item.state == ItemState.UNANSWERED:
            continue  # it opens with the deployment
        unmet = item.state in (ItemState.RED, ItemState.UNANSWERED, ItemState.YELLOW)
        if (item.critical and unmet) or item.state == ItemState.RED:
            yield f"{'Critical item' if item.critical else 'Item'} {item.state.label.lower()}: {item.title}.", item.key
