"""What an audit pack shows, as plain facts: the query fills these, the templates print them.

Names of people, teams and versions are text, as they stood then. Moments are aware; print shows them in UTC, to the
second. A digest is SHA-256 in hex. Tuples are printed in the order given, so the query decides it, the same each time.
Nothing about a service names the pack it is printed in, so that its pages can be kept and used again.
"""

import datetime
from dataclasses import dataclass

from readiness.choices import ItemState, Verdict
from readiness.rules import pack_manifest
from readiness.rules.pack_decisions import Decision, Fact, Waiver
from readiness.rules.pack_reviews import Evidence, Review
from readiness.rules.pack_sections import Section
from readiness.rules.pack_signatures import Meaning, Person, Return, SignOff


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
    state: ItemState | None = None
    critical: bool = False


@dataclass(frozen=True, slots=True)
class ReleaseLine:
    """A release: what it changes and carries, and where it was deployed when and by whom, in words (UTC)."""

    label: str
    summary: str = ""
    changes: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    deployments: tuple[str, ...] = ()
    is_live: bool = False


@dataclass(frozen=True, slots=True)
class Glance:
    """The service on one page. A service has no colour of its own: its headline is the decision beside ten pillars.

    `release` is the one that is live, else the one being prepared (`release_words` says which), `models` what it
    carries. Pillars and the three numbers are those of the reviews in `rests_on`, by the rule of the portfolio.
    `overdue_checks` is None where the portal keeps no recurring checks.
    """

    purpose: str
    state: str
    tier: str
    headline: Verdict | None = None
    headline_words: str = ""
    gate: str = ""
    release: str = ""
    release_words: str = ""
    models: tuple[str, ...] = ()
    releases: tuple[ReleaseLine, ...] = ()
    environments: str = ""
    accountable: str = ""
    deputy: str = ""
    traits: tuple[str, ...] = ()
    traits_not_declared: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    targets: tuple[Fact, ...] = ()
    pillars: tuple[Pillar, ...] = ()
    rests_on: tuple[str, ...] = ()
    applicable: int = 0
    answered: int = 0
    green: int = 0
    gaps: tuple[Gap, ...] = ()
    overdue_checks: int | None = None


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
    """One entry of the audit record: its number, a sentence of what was done to what, and its digest.

    `in_short` counts what an act on many things names one by one, and is empty where the sentence is short already.
    """

    sequence: int
    at: datetime.datetime
    by: str
    sentence: str
    digest: str
    target: str = ""
    in_short: str = ""

    @property
    def printed(self) -> str:
        """The sentence as the page prints it."""
        return self.in_short or self.sentence


@dataclass(frozen=True, slots=True)
class Trail:
    """The entries of this service in the period, oldest first; `total` is how many there are."""

    events: tuple[TrailEvent, ...] = ()
    total: int = 0

    @property
    def is_shortened(self) -> bool:
        """Whether some of them are printed shorter than they are."""
        return any(event.in_short for event in self.events)


@dataclass(frozen=True, slots=True)
class ServiceChapterData:
    """All that is printed of one service: chapters 1 to 6 and 13 from here, 7 to 12 from `sections`.

    `slug` is unique in the pack. `short_name` is for headers and the side bar. Reviews and decisions: newest first.
    `files` are files of evidence beyond those of its reviews, such as what was written down of a drill.
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
    files: tuple[pack_manifest.Entry, ...] = ()

    @property
    def headline(self) -> Decision | None:
        """The decision that the service is headed by."""
        return next((decision for decision in self.decisions if decision.is_headline), None)

    @property
    def current_reviews(self) -> tuple[Review, ...]:
        """The reviews that its colours come from."""
        return tuple(review for review in self.reviews if review.is_current)

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
    `address` is where the portal shows the pack and its digests, or empty; `replaces` names an earlier pack of the same
    services. `persons_behind_a_go` is the organisation's setting.
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
