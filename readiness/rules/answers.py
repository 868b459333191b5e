"""What an answer says, and the digest a sign-off is bound to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal import canonical


@dataclass(frozen=True)
class PointAnswer:
    """What was said of one point; `reason` only where it is not applicable."""

    number: int
    state: str
    reason: str = ""


@dataclass(frozen=True)
class AnswerContent:
    """All that is signed: rating, text, points with their reasons, values, evidence and the template's version.

    Comments, assignee and dates are no part of it (product.md, Sign-off). `evidence` maps each piece's public id to its
    digest; `values` each measured name to what was entered.
    """

    template_digest: str
    item_key: str
    rating: str = ""
    text: str = ""
    points: tuple[PointAnswer, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """The content as plain data, in canonical order."""
        return {
            "template": self.template_digest,
            "item": self.item_key,
            "rating": self.rating,
            "text": self.text,
            "points": [
                {"number": point.number, "state": point.state, "reason": point.reason}
                for point in sorted(self.points, key=lambda point: point.number)
            ],
            "values": dict(sorted(self.values.items())),
            "evidence": dict(sorted(self.evidence.items())),
        }

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON."""
        return canonical.digest(self.plain())
