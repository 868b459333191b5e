"""Answers elsewhere that may serve items of a review, and those that do."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet

from readiness.catalogue import loader, schema
from readiness.choices import ItemState, PointState
from readiness.models import AnswerReference, ItemAnswer, PointTick, Review
from readiness.queries import answers as answer_queries
from readiness.queries import contributions, status, wording
from readiness.queries.review_frame import ReviewFrame
from readiness.rules import covering


@dataclass(frozen=True)
class Offer:
    """An answer of another current review that counts, and what of an item it would serve."""

    answer: ItemAnswer
    source: ItemAnswer
    points: tuple[int, ...]
    source_points: tuple[int, ...]

    @property
    def title(self) -> str:
        """What the source is called."""
        return wording.title(self.source.item_key, self.source.review.service)

    def and_also(self, other: "Offer") -> "Offer":
        """Both of the same source as one: it serves the points of either, or the whole item where one does."""
        points, there = ({*self.points, *other.points}, {*self.source_points, *other.source_points})
        return replace(
            self,
            points=tuple(sorted(points)) if self.points and other.points else (),
            source_points=tuple(sorted(there)) if self.source_points and other.source_points else (),
        )


@dataclass(frozen=True)
class Served:
    """An answer elsewhere that serves an item, whole or in some points, as the item's card shows it."""

    reference: AnswerReference

    @property
    def source(self) -> ItemAnswer:
        """What serves it."""
        return self.reference.source

    @property
    def title(self) -> str:
        """What the source is called."""
        return wording.title(self.source.item_key, self.source.review.service)

    @property
    def points(self) -> Sequence[int]:
        """The points that it serves; none: the whole item."""
        points: list[int] = self.reference.points
        return points


@dataclass(frozen=True)
class Elsewhere:
    """What other reviews have to say on answers of this one: those that might serve them, and the references that do.

    `sources` are of the service's current reviews of other kinds, green, and with `rests_here`: whether they rest on
    this review themselves. `references` are those that stand, by the key of the answer they serve.
    """

    sources: Sequence[ItemAnswer] = ()
    references: Mapping[int, Sequence[AnswerReference]] = field(default_factory=dict)

    def among(self, keys: Collection[int]) -> "Elsewhere":
        """With these sources alone."""
        return replace(self, sources=[one for one in self.sources if one.pk in keys])


def sources(references: Iterable[AnswerReference]) -> Mapping[int, ItemAnswer]:
    """The answers that these read from, by their keys, with who rated and signed them: one statement, none for none."""
    wanted = {one.source_id for one in references}
    if not wanted:
        return {}
    found = ItemAnswer.objects.filter(pk__in=wanted)
    return {one.pk: one for one in found.select_related("review__release", "rating_by", "signoff__person", "carried")}


def elsewhere(review: Review, answers: Sequence[ItemAnswer]) -> Elsewhere:
    """Both in one statement; none where the service has no other review and this one never rested on any."""
    keys = {row.source.key for one in answers for row in loader.coverings_of(one.item_key)}
    may_serve = bool(keys) and review.is_open and getattr(review, "has_others", True)
    if not may_serve and not getattr(review, "has_references", True):
        return Elsewhere()
    offered = _may_serve(review, keys) if may_serve else Q(pk__in=[])
    within = [one.pk for one in answers]
    here = FilteredRelation("serves", condition=Q(serves__answer__in=within, serves__ended_event__isnull=True))
    back = AnswerReference.objects.current().filter(answer=OuterRef("pk"), source__review=review)
    rows: QuerySet[Any] = ItemAnswer.objects.annotate(here=here).filter(offered | Q(here__isnull=False))
    related = ("review__release", "rating_by", "text_by", "signoff__person", "carried", "here__used_by")
    found = rows.annotate(
        rests_here=Exists(back), is_offered=Q(offered), hands=contributions.Hands(F("pk"))
    ).select_related(*related)
    return _told_apart(review, found.order_by("pk", "here__pk"))


def _may_serve(review: Review, keys: Iterable[str]) -> Q:
    current = Q()
    for one in status.current_reviews(review.service_id):
        current |= Q(review__in=one.values("pk"))
    return Q(current, ~Q(review__kind=review.kind), item_key__in=keys, applies=True, state=ItemState.GREEN)


def _told_apart(review: Review, rows: Iterable[Any]) -> Elsewhere:
    sources: dict[int, ItemAnswer] = {}
    references: defaultdict[int, list[AnswerReference]] = defaultdict(list)
    for row in rows:
        row.review.service = review.service
        if row.is_offered:
            sources.setdefault(row.pk, row)
        if (reference := getattr(row, "here", None)) is not None:
            reference.source = row
            references[reference.answer_id].append(reference)
    return Elsewhere(list(sources.values()), references)


def offers(
    answers: Sequence[ItemAnswer],
    elsewhere: Elsewhere,
    ticks: Mapping[int, Iterable[PointTick]],
    frame: ReviewFrame,
) -> dict[str, list[Offer]]:
    """What is on offer for these answers of a review, by item. `ticks` are those of the answers and of the sources."""
    by_key = {source.item_key: source for source in elsewhere.sources}
    found: defaultdict[str, list[Offer]] = defaultdict(list)
    for answer in answers:
        rows = [row for row in loader.coverings_of(answer.item_key) if row.source.key in by_key]
        if not rows or answer.is_signed or answer_queries.closed(answer, frame):
            continue
        settled = {tick.number for tick in ticks.get(answer.pk, ()) if tick.state != PointState.OPEN}
        taken = {one.source_id for one in elsewhere.references.get(answer.pk, ())}
        for row in rows:
            source: Any = by_key[row.source.key]
            ticked = {tick.number for tick in ticks.get(source.pk, ()) if tick.state == PointState.TICKED}
            if source.pk not in taken and not source.rests_here and _fits(row, answer, source, ticked, settled, frame):
                found[answer.item_key].append(Offer(answer, source, row.target.points, row.source.points))
    return {key: _once_a_source(own) for key, own in found.items()}


def _once_a_source(offers: Iterable[Offer]) -> list[Offer]:
    """An answer serves an item once, in all points of it that it covers."""
    by_source: dict[int, Offer] = {}
    for offer in offers:
        known = by_source.get(offer.source.pk)
        by_source[offer.source.pk] = known.and_also(offer) if known else offer
    return list(by_source.values())


def ticks_of(answers: Iterable[ItemAnswer]) -> Mapping[int, list[PointTick]]:
    """The ticks of these answers: one statement."""
    found: defaultdict[int, list[PointTick]] = defaultdict(list)
    for tick in PointTick.objects.filter(answer__in=list(answers)):
        found[tick.answer_id].append(tick)
    return found


def _fits(
    row: schema.Covering,
    answer: ItemAnswer,
    source: ItemAnswer,
    ticked: set[int],
    settled: set[int],
    frame: ReviewFrame,
) -> bool:
    there = covering.ServingAnswer(source.critical, source.state, source.is_signed, ticked)
    apply = {point.number for point in answer_queries.applicable_points(frame.items[answer.item_key], frame.service)}
    asked = apply & set(row.target.points)
    if row.target.points and not asked:
        return False
    return covering.counts(there, row.source.points) and covering.may_be_served(
        answer.state, answer.is_signed, asked, settled
    )
