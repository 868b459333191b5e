"""One item of a review with everything its card shows."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from portal import clock
from portal.models import User
from portal.permissions import Access
from readiness.catalogue import loader, schema, tailoring
from readiness.catalogue.tailoring import TailoredItem
from readiness.choices import Depends, PointState, Stage
from readiness.models import AnswerReference, CarriedAnswer, Comment, Evidence, ItemAnswer, Review, SignOffReturn
from readiness.queries import answers as answer_queries
from readiness.queries import (
    counting_evidence,
    item_lines,
    item_owners,
    measured_items,
    review_summary,
    signers,
    waiver_lines,
    waivers,
)
from readiness.queries import findings as finding_queries
from readiness.queries.answer_rows import AnswerParts
from readiness.queries.covering import Offer, Served
from readiness.queries.findings import OnItem
from readiness.queries.item_card_rows import Rows
from readiness.queries.item_lines import EvidenceLine, GuardrailLine, PointLine, ValueLine
from readiness.queries.review_frame import ReviewFrame
from readiness.queries.seals import Seal
from readiness.queries.waiver_lines import WaiverBox
from readiness.rules import carrying, measures, scoring


@dataclass(frozen=True)
class ItemCard:
    """One item of a review with everything its card shows.

    `owned_as` says by what its owner is its owner; `due_at` and `watched_by` (a name) belong to items after the go.
    `served_by` are the answers elsewhere that serve it, `offers` those that may. `origin` is where the answer was
    carried from; `aged` why a sign-off that was carried here has outlived its age. `finding` is what compliance holds
    against the item and has not closed.
    """

    answer: ItemAnswer
    item: TailoredItem
    row: schema.Item
    points: tuple[PointLine, ...] = ()
    values: tuple[ValueLine, ...] = ()
    guardrails: tuple[GuardrailLine, ...] = ()
    measured: measures.Result | None = None
    evidence: tuple[EvidenceLine, ...] = ()
    withdrawn: tuple[Evidence, ...] = ()
    comments: tuple[Comment, ...] = ()
    seals: tuple[Seal, ...] = ()
    returned: SignOffReturn | None = None
    waivers: WaiverBox = field(default_factory=WaiverBox)
    obstacles: tuple[str, ...] = ()
    owner: User | None = None
    owned_as: str = ""
    due_at: datetime.datetime | None = None
    watched_by: str = ""
    refusals: tuple[str, ...] = ()
    counts: bool = True
    locked: str = ""
    origin: CarriedAnswer | None = None
    served_by: tuple[Served, ...] = ()
    offers: Sequence[Offer] = ()
    aged: str = ""
    finding: OnItem | None = None

    @property
    def key(self) -> str:
        """The item's stable key."""
        return self.answer.item_key

    @property
    def state(self) -> str:
        """What the item counts as."""
        return self.answer.state

    @property
    def is_closed(self) -> bool:
        """Whether nobody can change it as it stands: signed off, locked, or answered elsewhere."""
        return self.answer.is_signed or bool(self.locked) or self.is_served

    @property
    def is_served(self) -> bool:
        """Whether an answer elsewhere speaks for the whole item: it is read here, and answered there."""
        return any(not one.points for one in self.served_by)

    @property
    def references(self) -> tuple[AnswerReference, ...]:
        """The rows of the answers elsewhere that serve it."""
        return tuple(one.reference for one in self.served_by)

    @property
    def settled_points(self) -> int:
        """How many applicable points are ticked or set aside."""
        return sum(1 for line in self.points if line.state != PointState.OPEN)

    @property
    def standing_seal(self) -> Seal | None:
        """The sign-off in force."""
        return next((seal for seal in self.seals if seal.void is None), None) if self.answer.is_signed else None

    @property
    def void_seal(self) -> Seal | None:
        """The newest void sign-off, where none stands."""
        return None if self.answer.is_signed else next((seal for seal in reversed(self.seals) if seal.void), None)

    @property
    def reopened(self) -> str:
        """Why a sign-off that once stood on it, here or in the review it was carried from, stands no more; "" else."""
        if self.answer.is_signed or not self.answer.applies:
            return ""
        if self.void_seal and self.void_seal.void:
            return self.void_seal.void.reason
        return self.origin.reason if self.origin else ""

    @property
    def blocks(self) -> bool:
        """Whether it stands in the way of a go."""
        return self.counts and review_summary.blocks(self.answer)

    @property
    def anchor(self) -> str:
        """The key as part of element ids."""
        return self.key.replace(".", "-")


def of(review: Review, frame: ReviewFrame, rows: Rows, access: Access) -> Iterable[ItemCard]:
    """The cards of these rows as this person sees them; one statement, for who is accountable."""
    accountable = item_owners.accountable(review)
    domain_rules = loader.domain_rules()
    for answer in rows.answers:
        answer.review = review
        if origin := getattr(answer, "origin", None):
            origin.source.review.service = review.service
        row = frame.items[answer.item_key]
        item = tailoring.tailored(row, review.service.traits, domain_rules)
        yield _card(answer, item, row, frame, rows, accountable, access)


def _card(
    answer: ItemAnswer,
    item: TailoredItem,
    row: schema.Item,
    frame: ReviewFrame,
    rows: Rows,
    accountable: Mapping[str, User],
    access: Access,
) -> ItemCard:
    standing = [piece for piece in rows.evidence[answer.pk] if piece.withdrawn_at is None]
    withdrawn = tuple(piece for piece in rows.evidence[answer.pk] if piece.withdrawn_at is not None)
    waiver = waivers.speaking(rows.waivers[answer.item_key])
    parts = AnswerParts(
        answer=answer,
        ticks={tick.number: tick for tick in rows.ticks[answer.pk]},
        values={value.name: value for value in rows.values[answer.pk]},
        evidence=standing,
        waivers=[waiver] if waiver else [],
        withdrawn=withdrawn,
        references=rows.references.get(answer.pk, ()),
    )
    facts = answer_queries.facts(parts, frame)
    served_by = tuple(Served(one) for one in parts.references)
    served = {number for one in served_by for number in one.points}
    return ItemCard(
        answer=answer,
        item=item,
        row=row,
        points=tuple(item_lines.of_points(item, parts, served)),
        values=tuple(item_lines.of_values(row, parts)),
        guardrails=tuple(item_lines.of_guardrails(parts)),
        measured=measured_items.of(parts, frame),
        evidence=tuple(EvidenceLine(piece, counting_evidence.outdated(piece, row, frame)) for piece in standing),
        withdrawn=withdrawn,
        comments=tuple(rows.comments[answer.pk]),
        seals=tuple(rows.seals[answer.pk]),
        returned=answer.returned,
        waivers=waiver_lines.box(answer, frame, rows.waivers[answer.item_key], facts, access),
        obstacles=scoring.obstacles_to_green(facts) if answer.applies else (),
        owner=answer.assignee or accountable.get(answer.domain_key) or frame.service.owner,
        owned_as=item_owners.owned_as(answer, accountable),
        due_at=frame.due_after_go if answer.stage == Stage.AFTER else None,
        watched_by=item_owners.watched_by(answer, accountable),
        refusals=signers.refusals(parts, frame, access),
        counts=answer.applies and scoring.counts(answer.critical, frame.service.tier),
        locked=answer_queries.closed(answer, frame) if answer.applies else answer.left_out_reason,
        origin=getattr(answer, "origin", None),
        served_by=served_by,
        offers=rows.offers.get(answer.item_key, ()),
        aged=_aged(rows.seals[answer.pk], row, frame),
        finding=finding_queries.on(answer),
    )


def _aged(own: list[Seal], row: schema.Item, frame: ReviewFrame) -> str:
    """Time may have ended a carried sign-off since the portal last looked: it says so itself."""
    seal = next((seal for seal in own if seal.void is None and seal.carried), None)
    if seal is None or row.depends is not Depends.SERVICE:
        return ""
    signed_on = clock.today_in(frame.service.team.time_zone, seal.signoff.signed_at)
    return carrying.aged(signed_on, row.max_age_days, frame.today)
