"""A whole review for its page: sections, items, points, evidence and seals in a constant number of statements."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from portal.models import User
from portal.permissions import Access
from readiness.catalogue import loader, schema
from readiness.choices import AssignmentRole, ItemState, PointState, ReviewState
from readiness.models import (
    Assignment,
    Comment,
    Evidence,
    ItemAnswer,
    MeasuredValue,
    PointTick,
    Review,
    SignOff,
    SignOffReturn,
    Waiver,
)
from readiness.queries import answers as answer_queries
from readiness.queries.answers import AnswerParts, ReviewFrame
from readiness.rules import measure_kinds, measured_values, measures, scoring, signoffs, tailoring
from readiness.rules.tailoring import TailoredItem, TailoredPoint


@dataclass(frozen=True)
class PointLine:
    """One point as it is shown: its words, what was said, by whom, when, and the version a change starts from."""

    point: TailoredPoint
    state: str = PointState.OPEN
    reason: str = ""
    by: User | None = None
    at: datetime.datetime | None = None
    version: int = 0


@dataclass(frozen=True)
class ValueLine:
    """One number of a measured item: what may be entered, what was, and the version a change starts from."""

    name: str
    label: str
    unit: str
    value: str = ""
    version: int = 0
    by: User | None = None
    at: datetime.datetime | None = None


@dataclass(frozen=True)
class EvidenceLine:
    """One piece of evidence, with the sentence why it no longer counts, if so."""

    piece: Evidence
    outdated: str


@dataclass(frozen=True)
class Seal:
    """A sign-off as it is shown, standing or void."""

    signoff: SignOff
    void: Any | None


@dataclass(frozen=True)
class ItemCard:
    """One item of a review with everything its card shows."""

    answer: ItemAnswer
    item: TailoredItem
    row: schema.Item
    points: tuple[PointLine, ...] = ()
    values: tuple[ValueLine, ...] = ()
    measured: measures.Result | None = None
    evidence: tuple[EvidenceLine, ...] = ()
    withdrawn: tuple[Evidence, ...] = ()
    comments: tuple[Comment, ...] = ()
    seals: tuple[Seal, ...] = ()
    returned: SignOffReturn | None = None
    waiver: Waiver | None = None
    obstacles: tuple[str, ...] = ()
    owner: User | None = None
    contributions: tuple[signoffs.Contribution, ...] = ()
    counts: bool = True
    locked: str = ""

    @property
    def key(self) -> str:
        """The item's stable key."""
        return self.answer.item_key

    @property
    def state(self) -> str:
        """What the item counts as."""
        return self.answer.state

    @property
    def settled_points(self) -> int:
        """How many applicable points are ticked or set aside."""
        return sum(1 for line in self.points if line.state != PointState.OPEN)

    @property
    def standing_seal(self) -> Seal | None:
        """The sign-off in force."""
        return next((seal for seal in self.seals if seal.signoff.pk == self.answer.signoff_id), None)

    @property
    def void_seal(self) -> Seal | None:
        """The newest void sign-off, where none stands."""
        return None if self.answer.is_signed else next((seal for seal in reversed(self.seals) if seal.void), None)

    @property
    def blocks(self) -> bool:
        """Whether it stands between this review and a go: a critical item before the go, not green and signed."""
        before = self.answer.stage == schema.Stage.BEFORE and self.answer.applies
        met = self.state == ItemState.GREEN and self.answer.is_signed
        return before and self.answer.critical and not met and self.state != ItemState.WAIVED

    def refusals_for(self, access: Access, review: Review) -> tuple[str, ...]:
        """Why this person cannot sign it off; empty when they can."""
        return signoffs.refusals(
            signoffs.SignOffFacts(
                state=self.state,
                signed=self.answer.is_signed,
                review_open=review.is_open or self.answer.stage == schema.Stage.AFTER,
                contributions=self.contributions,
                signer=access.person.identity,
            )
        )


@dataclass(frozen=True)
class SectionView:
    """A section with its colour and its count of green items."""

    key: str
    title: str
    short_title: str
    why: str
    cards: tuple[ItemCard, ...]
    colour: str
    progress: scoring.Progress
    after_go: bool

    @property
    def folded(self) -> tuple[ItemCard, ...]:
        """Items that are optional at this tier."""
        return tuple(card for card in self.cards if not card.counts)


@dataclass(frozen=True)
class ReviewPage:
    """A review as its page shows it."""

    review: Review
    frame: ReviewFrame
    sections: tuple[SectionView, ...]
    progress: scoring.Progress
    blocking: tuple[ItemCard, ...]
    unsigned: tuple[ItemCard, ...]
    not_applicable: int
    after_go: int

    @property
    def cards(self) -> Iterable[ItemCard]:
        """Every card in order."""
        return (card for section in self.sections for card in section.cards)


def page(review: Review) -> ReviewPage:
    """The whole review: nine statements whatever its size, after the review itself (`with_surroundings`)."""
    frame = answer_queries.frame(review)
    cards = {card.key: card for card in _cards(review, frame, _rows(review.answers.all()))}
    sections = tuple(_section(section, cards) for section in review.template_version.checklist.sections)
    counted = [card for card in cards.values() if card.counts and card.answer.stage == schema.Stage.BEFORE]
    return ReviewPage(
        review=review,
        frame=frame,
        sections=sections,
        progress=scoring.progress(card.state for card in counted),
        blocking=tuple(sorted((card for card in counted if card.blocks), key=_worst_first)),
        unsigned=tuple(card for card in counted if card.state == ItemState.GREEN and not card.answer.is_signed),
        not_applicable=sum(1 for card in cards.values() if not card.answer.applies),
        after_go=sum(1 for card in cards.values() if card.answer.stage == schema.Stage.AFTER and card.answer.applies),
    )


def card(answer: ItemAnswer) -> ItemCard:
    """One item's card, for the fragment that is swapped in after a change."""
    review = answer.review
    frame = answer_queries.frame(review)
    return next(iter(_cards(review, frame, _rows(ItemAnswer.objects.filter(pk=answer.pk)))))


@dataclass(frozen=True)
class _Rows:
    answers: list[ItemAnswer]
    ticks: Mapping[int, list[PointTick]]
    values: Mapping[int, list[MeasuredValue]]
    evidence: Mapping[int, list[Evidence]]
    comments: Mapping[int, list[Comment]]
    seals: Mapping[int, list[SignOff]]
    waivers: Mapping[int, list[Waiver]]


def _rows(answers: QuerySet[ItemAnswer]) -> _Rows:
    found = list(answers.select_related("rating_by", "text_by", "assignee", "returned__returned_by").order_by("position"))
    within = [answer.pk for answer in found]
    evidence = Evidence.objects.select_related(
        "added_by", "withdrawn_by", "attachment", "drill__environment", "model_version__model", "environment", "release"
    )
    return _Rows(
        answers=found,
        ticks=_by_answer(PointTick.objects.select_related("by"), within),
        values=_by_answer(MeasuredValue.objects.select_related("by"), within),
        evidence=_by_answer(evidence, within),
        comments=_by_answer(Comment.objects.select_related("author"), within),
        seals=_by_answer(SignOff.objects.select_related("person", "void__voided_by"), within),
        waivers=_by_answer(Waiver.objects.select_related("asked_by", "settled_by"), within),
    )


def _by_answer(queryset: QuerySet[Any], within: list[int]) -> Mapping[int, list[Any]]:
    grouped: defaultdict[int, list[Any]] = defaultdict(list)
    for row in queryset.filter(answer__in=within):
        grouped[row.answer_id].append(row)
    return grouped


def _cards(review: Review, frame: ReviewFrame, rows: _Rows) -> Iterable[ItemCard]:
    accountable = _accountable(review)
    domain_rules = loader.domain_rules()
    for answer in rows.answers:
        answer.review = review
        row = frame.items[answer.item_key]
        item = tailoring.tailored(row, review.service.traits, domain_rules)
        yield _card(answer, item, row, frame, rows, accountable)


def _card(
    answer: ItemAnswer,
    item: TailoredItem,
    row: schema.Item,
    frame: ReviewFrame,
    rows: _Rows,
    accountable: Mapping[str, User],
) -> ItemCard:
    standing = [piece for piece in rows.evidence[answer.pk] if piece.withdrawn_at is None]
    parts = AnswerParts(
        answer=answer,
        ticks={tick.number: tick for tick in rows.ticks[answer.pk]},
        values={value.name: value for value in rows.values[answer.pk]},
        evidence=standing,
        waivers=[waiver for waiver in rows.waivers[answer.pk] if waiver.state == Waiver.State.APPROVED],
    )
    facts = answer_queries.facts(parts, frame)
    return ItemCard(
        answer=answer,
        item=item,
        row=row,
        points=tuple(_point_line(point, parts.ticks.get(point.number)) for point in item.applicable_points),
        values=tuple(_value_lines(row, parts)),
        measured=answer_queries.measured(parts, frame),
        evidence=tuple(EvidenceLine(piece, answer_queries.outdated(piece, row, frame)) for piece in standing),
        withdrawn=tuple(piece for piece in rows.evidence[answer.pk] if piece.withdrawn_at),
        comments=tuple(rows.comments[answer.pk]),
        seals=tuple(Seal(seal, getattr(seal, "void", None)) for seal in rows.seals[answer.pk]),
        returned=answer.returned,
        waiver=next(iter(rows.waivers[answer.pk]), None),
        obstacles=scoring.obstacles_to_green(facts) if answer.applies else (),
        owner=answer.assignee or accountable.get(answer.domain_key) or frame.service.owner,
        contributions=tuple(answer_queries.contributions(parts)),
        counts=answer.applies and scoring.counts(answer.critical, frame.service.tier),
        locked=_lock(answer, frame),
    )


def _point_line(point: TailoredPoint, tick: PointTick | None) -> PointLine:
    if tick is None:
        return PointLine(point)
    return PointLine(point, tick.state, tick.reason, tick.by, tick.at, tick.version)


def _value_lines(row: schema.Item, parts: AnswerParts) -> Iterable[ValueLine]:
    """The numbers of the item's kind; guardrails are a growing list, accuracy has its metric's name."""
    if row.measure is None:
        return
    labels = {known.name: (known.label, known.unit.value) for known in measure_kinds.FIELDS[row.measure.kind]}
    if row.measure.kind is measure_kinds.Kind.ACCURACY:
        labels = {measured_values.METRIC: ("Metric", "")} | labels
    labels |= {name: ("", "") for name in sorted(parts.values) if name not in labels}
    for name, (label, unit) in labels.items():
        value = parts.values.get(name)
        if value is None:
            yield ValueLine(name, label, unit)
        else:
            yield ValueLine(name, label, unit, value.value, value.version, value.by, value.at)


def _lock(answer: ItemAnswer, frame: ReviewFrame) -> str:
    review = frame.review
    if not answer.applies:
        return answer.left_out_reason
    if review.state in (ReviewState.CLOSED, ReviewState.ABANDONED):
        return f"This review is {review.get_state_display().lower()}."
    if answer.stage == schema.Stage.AFTER and not frame.deployed:
        return "Opens when the release is deployed."
    if answer.stage == schema.Stage.BEFORE and review.state == ReviewState.DECIDED:
        return "Locked by the go."
    return ""


def _accountable(review: Review) -> Mapping[str, User]:
    held = Assignment.objects.current().filter(service=review.service, role=AssignmentRole.ACCOUNTABLE)
    return {assignment.domain.key: assignment.person for assignment in held.select_related("domain", "person")}


def _section(section: schema.Section, cards: Mapping[str, ItemCard]) -> SectionView:
    own = tuple(cards[item.key] for item in section.items)
    counted = [card for card in own if card.counts]
    return SectionView(
        key=section.key,
        title=section.title,
        short_title=section.short_title,
        why=section.why,
        cards=own,
        colour=scoring.worst(card.state for card in counted),
        progress=scoring.progress(card.state for card in counted),
        after_go=all(item.stage == schema.Stage.AFTER for item in section.items),
    )


def _worst_first(card: ItemCard) -> tuple[int, int]:
    order = [ItemState.RED, ItemState.UNANSWERED, ItemState.YELLOW, ItemState.GREEN]
    return (order.index(ItemState(card.state)), card.answer.position)
