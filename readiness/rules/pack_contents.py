"""What an audit pack shows, as plain facts: the query fills these, the templates print them.

Names of people, teams and versions are text, as they stood then. Moments are aware; print shows them in UTC, to the
second. A digest is SHA-256 in hex. Tuples are printed in the order given, so the query decides it, the same each time.
Nothing about a service names the pack it is printed in, so that its pages can be kept and used again.
"""

import datetime
from dataclasses import dataclass

from readiness.choices import DecisionState, EvidenceKind, ItemState, PointState, TriggerState, Verdict
from readiness.rules import pack_manifest
from readiness.rules.pack_sections import Section


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what stands beside it."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Person:
    """Who acted: the name, and the role in which they did, both as they stood then."""

    name: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Meaning:
    """The wording that a signature stands under. `code` is how tables name it: M1."""

    code: str
    act: str
    words: str
    version: str
    since: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """Who stated what, when, under which wording, how they proved who they are and when, over which content.

    `policy` names the version of the rules in force (21 CFR 11.50; promise R16).
    """

    by: Person
    at: datetime.datetime
    meaning: Meaning
    method: str
    proven_at: datetime.datetime
    digest: str
    policy: str = ""


@dataclass(frozen=True, slots=True)
class Void:
    """Why a sign-off no longer binds. `replaced_by` is the reference of the one that took its place."""

    at: datetime.datetime
    by: str
    reason: str
    replaced_by: str = ""


@dataclass(frozen=True, slots=True)
class SignOff:
    """A statement on one item. `carried_from` says for which release it was given, where it was for another."""

    reference: str
    item_key: str
    signature: Signature
    statement: str = "Signed as met"
    carried_from: str = ""
    note: str = ""
    void: Void | None = None


@dataclass(frozen=True, slots=True)
class Return:
    """An approver gave an item back instead of signing it."""

    item_key: str
    by: Person
    at: datetime.datetime
    reason: str


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
    """A measured value against what decides it. `met` is None where one of the two is missing."""

    name: str
    value: str
    target: str
    met: bool | None = None


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
    """One item of a review as it stood. `reason` is the rule or the sentence why it does not apply."""

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
    points: tuple[Point, ...] = ()
    measures: tuple[Measure, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    comments: tuple[Comment, ...] = ()
    signoffs: tuple[SignOff, ...] = ()
    returns: tuple[Return, ...] = ()

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
    """One run of a template. `release` is empty for reviews of the service as a whole."""

    title: str
    template: str
    state: str
    started_by: str
    started_at: datetime.datetime
    sections: tuple[ReviewSection, ...]
    release: str = ""
    model: str = ""
    closed_at: datetime.datetime | None = None

    @property
    def items(self) -> tuple[Item, ...]:
        """All items in order."""
        return tuple(item for section in self.sections for item in section.items)

    @property
    def counts(self) -> tuple[tuple[ItemState, int], ...]:
        """How many items are in each state."""
        return counted(self.items)

    @property
    def applicable(self) -> int:
        """How many items apply."""
        return sum(item.state != ItemState.NOT_APPLICABLE for item in self.items)

    @property
    def answered(self) -> int:
        """How many of those are answered. Progress; never added to what is green."""
        return self.applicable - dict(self.counts).get(ItemState.UNANSWERED, 0)

    @property
    def green(self) -> int:
        """How many of those are green. Compliance; what is on credit is not among them."""
        return dict(self.counts).get(ItemState.GREEN, 0)


@dataclass(frozen=True, slots=True)
class Waiver:
    """An accepted, expiring exception. Without `approval` it is only asked for; `state` says where it stands."""

    reference: str
    item_key: str
    item_title: str
    critical: bool
    state: str
    reason: str
    control: str
    asked_by: Person
    asked_at: datetime.datetime
    expires_on: datetime.date
    renewals: int = 0
    in_force: bool = False
    approval: Signature | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Trigger:
    """A no-go trigger as it was evaluated. `acknowledged` is the reason for which an unknown one was accepted."""

    title: str
    state: TriggerState
    facts: str
    source: str
    acknowledged: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """What a conditional go asks for. `met` and `late` are facts at `as_of`; `outcome` is their sentence."""

    reference: str
    text: str
    owner: str
    due_on: datetime.date
    outcome: str
    met: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """One recorded verdict with what it saw. `signature.digest` covers the frozen snapshot."""

    reference: str
    verdict: Verdict
    state: DecisionState
    release: str
    environment: str
    rationale: str
    signature: Signature
    triggers: tuple[Trigger, ...] = ()
    confirmations: tuple[Fact, ...] = ()
    facts: tuple[Fact, ...] = ()
    conditions: tuple[Condition, ...] = ()
    supersedes: str = ""
    superseded_by: str = ""
    state_reason: str = ""
    emergency: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that does not apply to this service, and the rule that left it out."""

    what: str
    rule: str


@dataclass(frozen=True, slots=True)
class Pillar:
    """One of the ten pillars: its state, and how many of its items are open."""

    title: str
    state: ItemState
    open_items: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """One of the gaps that weigh most, with the numbers its score is made of."""

    item_key: str
    text: str
    score: str
    action: str = ""


@dataclass(frozen=True, slots=True)
class Glance:
    """The service on one page. A service has no colour of its own: its headline is the decision beside ten pillars."""

    purpose: str
    state: str
    tier: str
    headline: Verdict | None = None
    headline_words: str = ""
    gate: str = ""
    release: str = ""
    models: tuple[str, ...] = ()
    environments: str = ""
    accountable: str = ""
    deputy: str = ""
    traits: tuple[str, ...] = ()
    traits_not_declared: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    targets: tuple[Fact, ...] = ()
    pillars: tuple[Pillar, ...] = ()
    gaps: tuple[Gap, ...] = ()
    overdue_checks: int = 0


@dataclass(frozen=True, slots=True)
class DomainOwner:
    """Who answers for a domain. Without a person: `rule` where the domain does not apply, else it is a gap (`gap`)."""

    domain: str
    accountable: Person | None = None
    supporting: tuple[str, ...] = ()
    since: datetime.date | None = None
    rule: str = ""
    gap: str = ""


@dataclass(frozen=True, slots=True)
class Handover:
    """A domain passed from one person to another within the period."""

    at: datetime.datetime
    domain: str
    before: str
    after: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Ownership:
    """Who answers for what, what changed hands, and what is warned about."""

    domains: tuple[DomainOwner, ...] = ()
    handovers: tuple[Handover, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TrailEvent:
    """One entry of the audit record: its number, a sentence of what was done to what, and its digest."""

    sequence: int
    at: datetime.datetime
    by: str
    sentence: str
    digest: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Trail:
    """The entries printed, and how many there are of this service in the period."""

    events: tuple[TrailEvent, ...] = ()
    total: int = 0


@dataclass(frozen=True, slots=True)
class ServiceChapterData:
    """All that is printed of one service: chapters 1 to 6 and 13 from here, 7 to 12 from `sections`.

    `slug` is unique in the pack. `short_name` is for headers and the side bar. Reviews and decisions: newest first.
    """

    slug: str
    name: str
    team: str
    glance: Glance
    ownership: Ownership = Ownership()
    reviews: tuple[Review, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    decisions: tuple[Decision, ...] = ()
    sections: tuple[Section, ...] = ()
    trail: Trail = Trail()
    short_name: str = ""

    @property
    def title(self) -> str:
        """What headers, the side bar and the summary call it."""
        return self.short_name or self.name

    @property
    def signoffs(self) -> tuple[SignOff, ...]:
        """Every sign-off on its reviews, void ones too, in the order of the items."""
        return tuple(one for review in self.reviews for item in review.items for one in item.signoffs)

    @property
    def returns(self) -> tuple[Return, ...]:
        """Every item that an approver gave back."""
        return tuple(one for review in self.reviews for item in review.items for one in item.returns)

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Every piece of evidence, in the order of the items."""
        return tuple(one for review in self.reviews for item in review.items for one in item.evidence)


@dataclass(frozen=True, slots=True)
class PackCover:
    """The pack itself: what is asked, for whom, by whom, when; everything that no part may know.

    `record_digest` is pack_manifest.record_digest of what `data_files` and the services' evidence name.
    `address` is where the portal verifies a pack, or empty. `persons_behind_a_go` is the organisation's setting.
    """

    number: str
    organisation: str
    scope: str
    since: datetime.date
    until: datetime.date
    as_of: datetime.datetime
    made_at: datetime.datetime
    prepared_for: str
    prepared_by: str
    software: str
    templates: str
    record_digest: str
    handling: str = "Confidential"
    replaces: str = ""
    address: str = ""
    persons_behind_a_go: int = 3
    emergency_goes: int = 0

    @property
    def pdf_name(self) -> str:
        """The PDF's name in the archive."""
        return f"{self.number}.pdf"

    @property
    def archive_name(self) -> str:
        """The archive's own name."""
        return f"{self.number}.zip"


@dataclass(frozen=True, slots=True)
class RecordHead:
    """How far the audit record reached: the number and the digest of its newest entry."""

    sequence: int
    digest: str
    at: datetime.datetime


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed note on the whole record, as text, taken at a moment."""

    at: datetime.datetime
    text: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What a reader needs to check the pack against the record."""

    head: RecordHead | None = None
    checkpoint: Checkpoint | None = None


@dataclass(frozen=True, slots=True)
class PackContents:
    """A whole pack. `data_files`: the archive's files of data; `meanings`: the wordings its signatures stand under."""

    cover: PackCover
    services: tuple[ServiceChapterData, ...]
    data_files: tuple[pack_manifest.Entry, ...] = ()
    meanings: tuple[Meaning, ...] = ()
    verification: Verification = Verification()


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
