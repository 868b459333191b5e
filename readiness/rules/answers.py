"""What an answer says, the digest a sign-off is bound to, and whether two contents say the same (docs/adr/0006)."""

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
class Covering:
    """An answer elsewhere that serves this one: its public id, the digest of what it said, and which points it serves.

    No points: the whole item.
    """

    source: str
    digest: str
    points: tuple[int, ...] = ()


@dataclass(frozen=True)
class AnswerContent:
    """All that is signed: rating, text, points with their reasons, values, evidence and the template's version.

    Comments, assignee and dates are no part of it (product.md, Sign-off). `asked` is the digest of the item as the
    template's version asks it. `evidence` maps each piece's public id to the digest of all it is and names; `values`
    each measured name to what was entered; `covered_by` are the answers elsewhere that this one rests on.
    """

    template_digest: str
    item_key: str
    asked: str = ""
    rating: str = ""
    text: str = ""
    points: tuple[PointAnswer, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)
    covered_by: tuple[Covering, ...] = ()

    def plain(self) -> dict[str, Any]:
        """The content as plain data, in canonical order."""
        return {
            "template": self.template_digest,
            "item": self.item_key,
            "asked": self.asked,
            "rating": self.rating,
            "text": self.text,
            "points": [
                {"number": point.number, "state": point.state, "reason": point.reason}
                for point in sorted(self.points, key=lambda point: point.number)
            ],
            "values": dict(sorted(self.values.items())),
            "evidence": dict(sorted(self.evidence.items())),
            "covered_by": [
                {"source": one.source, "digest": one.digest, "points": sorted(one.points)}
                for one in sorted(self.covered_by, key=lambda one: (one.source, one.points))
            ],
        }

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON."""
        return canonical.digest(self.plain())


def substance(content: Mapping[str, Any]) -> str:
    """The digest of what a content (`AnswerContent.plain`) says, apart from where it stands.

    It leaves out the template's version and the public ids of evidence: an answer carried into the next review has
    copies of its evidence, under whichever version asks the same item. Two contents with one substance say the same.
    """
    said = {name: value for name, value in content.items() if name not in ("template", "evidence")}
    return canonical.digest({**said, "evidence": sorted(content.get("evidence", {}).values())})
