"""When a review of the service may be closed: from then on nothing in it can be answered or signed."""

from collections.abc import Sequence
from dataclasses import dataclass

from readiness.choices import ItemState, TemplateKey
from readiness.rules import scoring


@dataclass(frozen=True)
class ClosingItem:
    """An applicable item as it stands when the review is to be closed."""

    critical: bool
    state: str
    signed: bool

    @property
    def is_met(self) -> bool:
        """Green and signed off, or on credit: what a go asks of a critical item."""
        return self.state == ItemState.WAIVED or (self.state == ItemState.GREEN and self.signed)


def refusal(kind: str, items: Sequence[ClosingItem], tier: int, unconfirmed_tier: int = 0) -> str:
    """Why the review may not be closed yet, as a sentence; empty when it may.

    Every item that counts is answered. A pre-launch review is complete once for the service (product.md, Which reviews
    a go reads), so its critical items are met as well; an assessment may find them red. `unconfirmed_tier` is one that
    would leave items out though no approver has confirmed it, else 0.
    """
    if kind == TemplateKey.DEPLOYMENT:
        return "A deployment review ends with the decision on its release."
    if unconfirmed_tier and any(item.state == ItemState.UNANSWERED for item in items):
        return f"Tier {unconfirmed_tier} leaves items out and is not confirmed: an approver confirms it, or answer all."
    counted = [item for item in items if scoring.counts(item.critical, tier)]
    if unanswered := sum(1 for item in counted if item.state == ItemState.UNANSWERED):
        return f"{_items(unanswered)} not answered yet."
    unmet = sum(1 for item in counted if item.critical and not item.is_met)
    if kind == TemplateKey.PRELAUNCH and unmet:
        return f"{_items(unmet, 'critical ')} neither green and signed off nor waived. Closed items stay as they are."
    return ""


def _items(number: int, kind: str = "") -> str:
    return f"{number} {kind}item is" if number == 1 else f"{number} {kind}items are"
