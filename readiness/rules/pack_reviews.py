"""Reviews as an audit pack shows them: sections, items, points, evidence, and what was signed.

Moments are aware and print in UTC, to the second; tuples print in the order given.
"""

import datetime
from dataclasses import dataclass

from readiness.choices import EvidenceKind, ItemState, PointState
from readiness.rules import pack_manifest
from readiness.rules.pack_signatures import Return, SignOff


@dataclass(frozen=True, slots=True)
class Point:
    """One statement of an item: ticked, open, or not applicable with its reason; by whom and when it was last said."""

    text: str
    state: PointState
    by: str = ""
    at: datetime.datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """A measured value against what decides it; `met` is None where one of the two is missing.

    `sentence` says all of it in words and is printed alone where it is given.
    """

    name: str
    value: str
    target: str
    met: bool | None = None
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was shown for an item. `digest` is that of the file's bytes, or of the canonical form of the rest.

    `link`, `value` hold what is no file. `outdated`, `withdrawn`, `redacted`: sentences, empty where it still counts.
    """

    reference: str
    item_key: str
    kind: EvidenceKind
    name: str
    digest: str
    by: str
    at: datetime.datetime
    observed_on: datetime.date | None = None
    environment: str = ""
    version: str = ""
    size: int | None = None
    link: str = ""
    value: str = ""
    outdated: str = ""
    withdrawn: str = ""
    redacted: str = ""

    @property
    def path(self) -> str:
        """Where the file lies in the archive; empty for what is no file, or no longer there."""
        if self.kind != EvidenceKind.FILE or self.redacted:
            return ""
        return pack_manifest.evidence_path(self.name, self.digest)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What keeps it from counting, in sentences."""
        return tuple(filter(None, (self.outdated, self.withdrawn, self.redacted)))


@dataclass(frozen=True, slots=True)
class Comment:
    """A word on an item; not part of what is signed."""

    by: str
    at: datetime.datetime
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a review as it stood. `reason` is the rule or the sentence why it does not apply.

    `rests_on` says in a sentence each which answers of other reviews serve it, whole or in some points.

    `counts` is false where the tier makes it optional, or where it opens only with a deployment still to come.
    """

    key: str
    title: str
    state: ItemState
    critical: bool = False
    after_go: bool = False
    owner: str = ""
    text: str = ""
    reason: str = ""
    rated_by: str = ""
    rated_at: datetime.datetime | None = None
    written_by: str = ""
    written_at: datetime.datetime | None = None
    pillar: int = 0
    counts: bool = True
    points: tuple[Point, ...] = ()
    measures: tuple[Measure, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    comments: tuple[Comment, ...] = ()
    signoffs: tuple[SignOff, ...] = ()
    returns: tuple[Return, ...] = ()
    rests_on: tuple[str, ...] = ()

    @property
    def standing(self) -> tuple[SignOff, ...]:
        """The sign-offs in force."""
        return tuple(one for one in self.signoffs if one.void is None)


@dataclass(frozen=True, slots=True)
class ReviewSection:
    """A section of a review with its items in order."""

    title: str
    items: tuple[Item, ...]

    @property
    def counts(self) -> tuple[tuple[ItemState, int], ...]:
        """How many items are in each state; states without any are left out."""
        return counted(self.items)

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What was shown for its items."""
        return tuple(one for item in self.items for one in item.evidence)


@dataclass(frozen=True, slots=True)
class Review:
    """One run of a template. `release` is empty for reviews of the service as a whole. `number` is how others name it.

    `is_current`: the colours of the service at the end of the period come from it. `live_since`: when its release
    first reached production, which opens the items after the go. `abandoned`: by whom and why it was given up.
    """

    title: str
    template: str
    state: str
    started_by: str
    started_at: datetime.datetime
    sections: tuple[ReviewSection, ...]
    release: str = ""
    model: str = ""
    closed_at: datetime.datetime | None = None
    is_current: bool = False
    live_since: datetime.datetime | None = None
    abandoned: str = ""
    number: int = 0

    @property
    def title_in_full(self) -> str:
        """The title with the release it is of."""
        return f"{self.title}, release {self.release}" if self.release else self.title

    @property
    def items(self) -> tuple[Item, ...]:
        """All items in order."""
        return tuple(item for section in self.sections for item in section.items)

    @property
    def counts(self) -> tuple[tuple[ItemState, int], ...]:
        """How many items are in each state, of those that count and those that do not apply."""
        return counted(tuple(item for item in self.items if item.counts or item.state == ItemState.NOT_APPLICABLE))

    @property
    def uncounted(self) -> int:
        """How many apply and do not count: optional at this tier, or opened only by a deployment still to come."""
        return sum(not item.counts and item.state != ItemState.NOT_APPLICABLE for item in self.items)

    @property
    def applicable(self) -> int:
        """How many items apply and count."""
        return sum(item.counts and item.state != ItemState.NOT_APPLICABLE for item in self.items)

    @property
    def answered(self) -> int:
        """How many of those are answered. Progress; never added to what is green."""
        return self.applicable - dict(self.counts).get(ItemState.UNANSWERED, 0)

    @property
    def green(self) -> int:
        """How many of those are green. Compliance; what is on credit is not among them."""
        return dict(self.counts).get(ItemState.GREEN, 0)


def counted(items: tuple[Item, ...]) -> tuple[tuple[ItemState, int], ...]:
    """How many items are in each state, in the order green, yellow, red, on credit, unanswered, not applicable."""
    order = (
        ItemState.GREEN,
        ItemState.YELLOW,
        ItemState.RED,
        ItemState.WAIVED,
        ItemState.UNANSWERED,
        ItemState.NOT_APPLICABLE,
    )
    counts = [(state, sum(item.state == state for item in items)) for state in order]
    return tuple((state, count) for state, count in counts if count)
