"""A whole review for its page: sections, items, points, evidence and seals in a constant number of statements."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery

from portal import clock
from portal.models import AuditText, User
from portal.permissions import Access, Capability
from readiness import verbs
from readiness.catalogue import loader, schema, tailoring
from readiness.catalogue.tailoring import TailoredItem, TailoredPoint
from readiness.choices import AssignmentRole, Depends, ItemState, PointState, ReviewState, Stage, TemplateKey
from readiness.models import (
    AnswerReference,
    Assignment,
    CarriedAnswer,
    Comment,
    Evidence,
    ItemAnswer,
    MeasuredValue,
    PointTick,
    Review,
    SignOffReturn,
    Waiver,
)
from readiness.queries import answers as answer_queries
from readiness.queries import contributions, covering, returns, waiver_lines, waivers
from readiness.queries import findings as finding_queries
from readiness.queries import seals as seal_queries
from readiness.queries.answers import AnswerParts, ReviewFrame
from readiness.queries.covering import Offer, Served
from readiness.queries.findings import OnItem
from readiness.queries.seals import Seal
from readiness.queries.waiver_lines import WaiverBox
from readiness.rules import (
    after_items,
    carrying,
    closing,
    measure_kinds,
    measured_values,
    measures,
    scoring,
    signoffs,
)
from readiness.rules.carrying import Kept


@dataclass(frozen=True)
class PointLine:
    """One point as it is shown: its words, what was said, by whom, when, and the version a change starts from.

    `served`: an answer elsewhere speaks for it, so it is not answered here.
    """

    point: TailoredPoint
    state: str = PointState.OPEN
    reason: str = ""
    by: User | None = None
    at: datetime.datetime | None = None
    version: int = 0
    served: bool = False


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
class GuardrailLine:
    """One guardrail: its number, its name, and what was entered of it by part (name, value, direction, limit)."""

    number: int
    parts: Mapping[str, ValueLine]

    @property
    def title(self) -> str:
        """What it is called: its name, without one its number."""
        return self.parts[measured_values.Part.NAME].value or f"Guardrail {self.number}"


@dataclass(frozen=True)
class EvidenceLine:
    """One piece of evidence, with the sentence why it no longer counts, if so."""

    piece: Evidence
    outdated: str


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
        return self.counts and blocks(self.answer)

    @property
    def anchor(self) -> str:
        """The key as part of element ids."""
        return self.key.replace(".", "-")


@dataclass(frozen=True)
class SectionSummary:
    """A section in the rail: its colour, and its green of applicable."""

    section: schema.Section
    colour: str
    progress: scoring.Progress
    after_go: bool


@dataclass(frozen=True)
class Blocker:
    """An item that stands between a review and a go."""

    answer: ItemAnswer
    title: str
    why: str


@dataclass(frozen=True)
class Summary:
    """What rail and decision panel show; made from the answers' rows alone."""

    review: Review
    sections: tuple[SectionSummary, ...]
    progress: scoring.Progress
    blockers: tuple[Blocker, ...]
    not_applicable: int
    after_go: int
    closing: str = ""

    @property
    def outlook(self) -> str:
        """In one word what the items allow: "not-ready", "conditions", "ready", or "empty" where none counts.

        A deployment review ends with a decision, whose triggers are its own; another is closed (`closing` says why not
        yet), and an item on credit or red does not stop that.
        """
        if not self.progress.applicable:
            return "empty"
        if self.review.kind != TemplateKey.DEPLOYMENT:
            return "not-ready" if self.closing else "ready"
        if self.blockers or not self.progress.answered:
            return "not-ready"
        loose = self.progress.red + self.progress.unanswered + self.progress.waived
        return "conditions" if loose else "ready"

    @property
    def to_sign(self) -> int:
        """How many critical items are green and only wait for their signature; one that was returned waits for more."""
        return sum(
            1 for blocker in self.blockers if blocker.answer.state == ItemState.GREEN and not blocker.answer.returned_id
        )

    @property
    def in_the_way(self) -> str:
        """What stands in the way in few words: "3 critical items open, 14 to sign"; "" where nothing does."""
        open_ones, to_sign = len(self.blockers) - self.to_sign, self.to_sign
        noun = "critical item" if (open_ones or to_sign) == 1 else "critical items"
        if not open_ones and not to_sign:
            return "" if self.progress.answered else "nothing is answered yet"
        if not open_ones:
            return f"{to_sign} {noun} green, to be signed off"
        return f"{open_ones} {noun} open{f', {to_sign} to sign' if to_sign else ''}"

    @property
    def in_short(self) -> str:
        """The same for the rail: "3 open", "14 to sign"; "" where nothing stands in the way."""
        open_ones = len(self.blockers) - self.to_sign
        return f"{open_ones} open" if open_ones else f"{self.to_sign} to sign" if self.to_sign else ""


@dataclass(frozen=True)
class SectionView:
    """A section with its cards; those that are optional at this tier stand apart."""

    summary: SectionSummary
    cards: tuple[ItemCard, ...]
    folded: tuple[ItemCard, ...] = ()


@dataclass(frozen=True)
class Start:
    """What a review started from, and what became of the answers taken over; each is counted once.

    `kept` stand with their sign-off, `reopened` had one and are to be signed anew, `drafts` wait for somebody to
    confirm them, `others` stand as they were answered or have been signed here since.
    """

    source: Review
    kept: int
    reopened: int
    drafts: int
    others: int

    @property
    def answers(self) -> int:
        """All that was taken over."""
        return self.kept + self.reopened + self.drafts + self.others


@dataclass(frozen=True)
class ReviewPage:
    """A review as its page shows it. `start` is None where it started empty, `given_up` but for an abandoned one.

    The latter is the text of its event: the reason, with `event` that says when and by whom.
    """

    review: Review
    frame: ReviewFrame
    summary: Summary
    sections: tuple[SectionView, ...]
    start: Start | None = None
    reopened: int = 0
    offers: int = 0
    given_up: AuditText | None = None


def page(review: Review, access: Access, shown: Callable[[ItemCard], bool] = lambda _card: True) -> ReviewPage:
    """The whole review: nine statements whatever its size, after the review itself (`with_surroundings`).

    `shown` picks the cards for a filter; the rail and the panel always speak of all.
    """
    frame = answer_queries.ReviewFrame(review)
    rows = _rows(review, review.answers.all(), frame)
    cards = {card.key: card for card in _cards(review, frame, rows, access)}
    found = summary_of(review, rows.answers)
    sections = []
    for section in found.sections:
        own = [cards[item.key] for item in section.section.items if shown(cards[item.key])]
        folded = tuple(card for card in own if card.answer.applies and not card.counts)
        if own:
            sections.append(SectionView(section, tuple(card for card in own if card not in folded), folded))
    return ReviewPage(
        review=review,
        frame=frame,
        summary=found,
        sections=tuple(sections),
        start=_start(cards.values()),
        reopened=sum(1 for card in cards.values() if card.reopened),
        offers=sum(1 for card in cards.values() if card.offers),
        given_up=_given_up(review),
    )


def _given_up(review: Review) -> AuditText | None:
    """Why a review was abandoned, from the record: one statement, none for any other."""
    if review.state != ReviewState.ABANDONED:
        return None
    said = AuditText.objects.filter(
        name="reason",
        event__verb=verbs.REVIEW_ABANDONED.name,
        event__target_kind="review",
        event__target_id=str(review.public_id),
    )
    return said.select_related("event__actor").first()


BECAME = ("kept", "reopened", "drafts", "others")


def _start(cards: Iterable[ItemCard]) -> Start | None:
    """What was carried, from the cards; as it stands now."""
    carried = [(card, card.origin) for card in cards if card.origin is not None]
    if not carried:
        return None
    counted = Counter(_became(card, origin) for card, origin in carried)
    return Start(source=carried[0][1].source.review, **{name: counted[name] for name in BECAME})


def _became(card: ItemCard, origin: CarriedAnswer) -> str:
    """Which one of `Start`'s counts an answer belongs to."""
    if card.answer.carried_id:
        return "kept"
    if card.reopened:
        return "reopened"
    return "drafts" if origin.kept == Kept.DRAFT and not card.answer.is_signed else "others"


def card(answer: ItemAnswer, access: Access) -> ItemCard:
    """One item's card as this person sees it."""
    review = answer.review
    frame = answer_queries.ReviewFrame(review)
    rows = _rows(review, ItemAnswer.objects.filter(pk=answer.pk), frame)
    return next(iter(_cards(review, frame, rows, access)))


def card_and_summary(answer: ItemAnswer, access: Access) -> tuple[ItemCard, Summary]:
    """After a change: the item's card, and rail and panel from the same reading of the review's answers."""
    review = answer.review
    answers = _answers(review.answers.all())
    frame = answer_queries.ReviewFrame(review)
    rows = _rows_of(review, [row for row in answers if row.pk == answer.pk], frame)
    found = next(iter(_cards(review, frame, rows, access)))
    return found, summary_of(review, answers)


def summary_of(review: Review, answers: list[ItemAnswer]) -> Summary:
    """Rail and panel from answers already read."""
    tier, items = review.service.tier, {item.key: item for item in review.template_version.checklist.items}
    counted = {answer.item_key: answer for answer in answers if scoring.counts(answer.critical, tier)}
    before = [answer for answer in counted.values() if answer.stage == Stage.BEFORE]
    wording = loader.domain_rules()
    return Summary(
        review=review,
        sections=tuple(_section(section, counted) for section in review.template_version.checklist.sections),
        progress=scoring.progress(answer.state for answer in before),
        blockers=tuple(
            Blocker(
                answer, tailoring.tailored(items[answer.item_key], review.service.traits, wording).title, _why(answer)
            )
            for answer in sorted(filter(blocks, before), key=_worst_first)
        ),
        not_applicable=sum(1 for answer in answers if not answer.applies),
        after_go=sum(1 for answer in answers if answer.applies and answer.stage == Stage.AFTER),
        closing=closing.refusal(
            review.kind,
            [closing.ClosingItem(one.critical, one.state, one.is_signed) for one in answers if one.applies],
            tier,
        ),
    )


def blocks(answer: ItemAnswer) -> bool:
    """Whether it stands in the way of a go: a critical item before it, neither green and signed nor on credit."""
    if not (answer.critical and answer.applies and answer.stage == Stage.BEFORE):
        return False
    met = answer.state == ItemState.GREEN and answer.is_signed
    return not met and answer.state != ItemState.WAIVED


def _why(answer: ItemAnswer) -> str:
    match answer.state:
        case ItemState.GREEN if answer.returned_id:
            return "returned, sign-off not asked for again"
        case ItemState.GREEN if answer.round > 1:
            return "green, sign-off void"
        case ItemState.GREEN:
            return "green, not signed"
        case ItemState.UNANSWERED:
            return "not answered"
    return scoring.said(answer.rating, answer.state, answer.text)


WHERE_IT_CAME_FROM = ("origin__source__review__release",)


@dataclass(frozen=True)
class _Rows:
    answers: list[ItemAnswer]
    ticks: Mapping[int, list[PointTick]]
    values: Mapping[int, list[MeasuredValue]]
    evidence: Mapping[int, list[Evidence]]
    comments: Mapping[int, list[Comment]]
    seals: Mapping[int, list[Seal]]
    waivers: Mapping[str, list[Waiver]]
    references: Mapping[int, Sequence[AnswerReference]]
    offers: Mapping[str, Sequence[Offer]]


def _rows(review: Review, answers: QuerySet[ItemAnswer], frame: ReviewFrame) -> _Rows:
    return _rows_of(review, _answers(answers), frame)


def _answers(answers: QuerySet[ItemAnswer]) -> list[ItemAnswer]:
    people = ("rating_by", "text_by", "assignee", "returned__returned_by")
    asked = Exists(Waiver.objects.of_answer())
    named = ItemAnswer.signoff_asked_of.through.objects.filter(itemanswer=OuterRef("pk")).order_by("user__name")
    counted: QuerySet[Any] = named.order_by().values("itemanswer").annotate(number=Count("pk"))
    found = answers.select_related(*people, *WHERE_IT_CAME_FROM).annotate(
        was_asked_for=asked,
        mended=returns.mended(),
        **finding_queries.of_answers(),
        asked_first=Subquery(named.values("user__name")[:1]),
        asked_people=Subquery(counted.values("number")),
    )
    return list(found.order_by("position"))


def _rows_of(review: Review, found: list[ItemAnswer], frame: ReviewFrame) -> _Rows:
    within = [answer.pk for answer in found]
    evidence = Evidence.objects.select_related(
        "added_by", "withdrawn_by", "attachment", "drill__environment", "model_version__model", "environment", "release"
    )
    elsewhere = covering.elsewhere(review, found)
    sources = [source.pk for source in elsewhere.sources]
    ticks = _by_answer(PointTick.objects.select_related("by"), [*within, *sources])
    pieces = _by_answer(frame.read_with(evidence), within)
    frame.hold(piece for own in pieces.values() for piece in own)
    return _Rows(
        answers=found,
        ticks=ticks,
        values=_by_answer(MeasuredValue.objects.select_related("by"), within),
        evidence=pieces,
        comments=_by_answer(Comment.objects.select_related("author"), within),
        seals=seal_queries.of_answers(within),
        waivers=_waivers(review, found),
        references=elsewhere.references,
        offers=covering.offers(found, elsewhere, ticks, frame),
    )


def _by_answer(queryset: QuerySet[Any], within: list[int]) -> Mapping[int, list[Any]]:
    grouped: defaultdict[int, list[Any]] = defaultdict(list)
    for row in queryset.filter(answer__in=within):
        grouped[row.answer_id].append(row)
    return grouped


def _waivers(review: Review, answers: list[ItemAnswer]) -> Mapping[str, list[Waiver]]:
    """Every request for these items of the service, newest first, by item key."""
    grouped: defaultdict[str, list[Waiver]] = defaultdict(list)
    asked_for = [answer.item_key for answer in answers if getattr(answer, "was_asked_for", True)]
    if not asked_for:
        return grouped
    found = Waiver.objects.with_ends().filter(service=review.service_id)
    for waiver in found.filter(item_key__in=asked_for).order_by("-sequence"):
        grouped[waiver.item_key].append(waiver)
    return grouped


def _cards(review: Review, frame: ReviewFrame, rows: _Rows, access: Access) -> Iterable[ItemCard]:
    accountable = _accountable(review)
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
    rows: _Rows,
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
        points=tuple(_point_line(point, parts.ticks.get(point.number), served) for point in item.applicable_points),
        values=tuple(_value_lines(row, parts)),
        guardrails=tuple(_guardrail_lines(parts)),
        measured=answer_queries.measured(parts, frame),
        evidence=tuple(EvidenceLine(piece, answer_queries.outdated(piece, row, frame)) for piece in standing),
        withdrawn=withdrawn,
        comments=tuple(rows.comments[answer.pk]),
        seals=tuple(rows.seals[answer.pk]),
        returned=answer.returned,
        waivers=waiver_lines.box(answer, frame, rows.waivers[answer.item_key], facts, access),
        obstacles=scoring.obstacles_to_green(facts) if answer.applies else (),
        owner=answer.assignee or accountable.get(answer.domain_key) or frame.service.owner,
        owned_as=_owned_as(answer, accountable),
        due_at=frame.due_after_go if answer.stage == Stage.AFTER else None,
        watched_by=_watched_by(answer, accountable),
        refusals=signing_refusals(parts, frame, access),
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


def _owned_as(answer: ItemAnswer, accountable: Mapping[str, User]) -> str:
    """By what it is its owner's: given to them, or the domain is theirs, or the service (product.md, Ownership)."""
    domain = loader.ownership_domain(answer.domain_key).title if answer.domain_key else ""
    if answer.assignee:
        return "this item was given to them"
    if answer.domain_key in accountable:
        return f"accountable for {domain[0].lower()}{domain[1:]}"
    return (
        f"owns the service; nobody is accountable for {domain[0].lower()}{domain[1:]}" if domain else "owns the service"
    )


def _watched_by(answer: ItemAnswer, accountable: Mapping[str, User]) -> str:
    watching = accountable.get(after_items.WATCHING) if answer.stage == Stage.AFTER else None
    return watching.name if watching else ""


def signing_refusals(parts: AnswerParts, frame: ReviewFrame, access: Access) -> tuple[str, ...]:
    """Why this person cannot sign the answer off now; empty when they can. What nobody can do comes first."""
    if closed := answer_queries.closed(parts.answer, frame):
        return (closed,)
    if not access.can(Capability.SIGNOFF_GRANT, frame.service.scope.team_id):
        return ("An approver of the team who did not contribute signs it once it is green.",)
    return signoffs.refusals(
        signoffs.SignOffFacts(
            state=parts.answer.state,
            signed=parts.answer.is_signed,
            closed=answer_queries.closed(parts.answer, frame),
            contributions=contributions.to(parts),
            signer=access.person.identity,
        )
    )


def _point_line(point: TailoredPoint, tick: PointTick | None, served: Container[int]) -> PointLine:
    if tick is None:
        return PointLine(point)
    is_served = point.number in served
    return PointLine(point, tick.state, tick.reason, tick.by, tick.at, tick.version, is_served)


def _value_lines(row: schema.Item, parts: AnswerParts) -> Iterable[ValueLine]:
    """The numbers of the item's kind; accuracy has its metric's name besides."""
    if row.measure is None:
        return
    if row.measure.kind is measure_kinds.Kind.ACCURACY:
        yield _value_line(measured_values.METRIC, "Metric", "", parts)
    for known in measure_kinds.FIELDS[row.measure.kind]:
        yield _value_line(known.name, known.label, known.unit.value, parts)


def _guardrail_lines(parts: AnswerParts) -> Iterable[GuardrailLine]:
    """The guardrails that were not taken out, in the order of their numbers."""
    entered = {name: value.value for name, value in parts.values.items()}
    for number in measured_values.guardrail_numbers(entered):
        names = {part: measured_values.guardrail_name(number, part) for part in measured_values.Part}
        yield GuardrailLine(
            number, {part: _value_line(names[part], measured_values.PART_WORDS[part], "", parts) for part in names}
        )


def _value_line(name: str, label: str, unit: str, parts: AnswerParts) -> ValueLine:
    value = parts.values.get(name)
    if value is None:
        return ValueLine(name, label, unit)
    return ValueLine(name, label, unit, value.value, value.version, value.by, value.at)


def _accountable(review: Review) -> Mapping[str, User]:
    held = Assignment.objects.current().filter(service=review.service, role=AssignmentRole.ACCOUNTABLE)
    return {assignment.domain.key: assignment.person for assignment in held.select_related("domain", "person")}


def _section(section: schema.Section, counted: Mapping[str, ItemAnswer]) -> SectionSummary:
    found = [(item.critical, counted[item.key].state) for item in section.items if item.key in counted]
    return SectionSummary(
        section=section,
        colour=scoring.colour(found),
        progress=scoring.progress(state for _, state in found),
        after_go=all(item.stage == Stage.AFTER for item in section.items),
    )


def _worst_first(answer: ItemAnswer) -> tuple[int, int]:
    return (scoring.WORST_FIRST.index(ItemState(answer.state)), answer.position)
