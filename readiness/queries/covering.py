"""Answers elsewhere that may serve items of a review, and those that do."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q

from readiness.catalogue import loader, schema
from readiness.choices import ItemState, PointState
from readiness.models import AnswerReference, ItemAnswer, PointTick, Review
from readiness.queries import answers as answer_queries
from readiness.queries import status, wording
from readiness.queries.answers import ReviewFrame
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


def sources(review: Review, answers: Sequence[ItemAnswer]) -> list[ItemAnswer]:
    """The answers of the service's current reviews of other kinds that might serve these, the green ones.

    One statement, none where the service has no other review. `rests_here`: it rests on this review itself.
    """
    keys = {row.source.key for one in answers for row in loader.coverings_of(one.item_key)}
    if not keys or not review.is_open or not getattr(review, "has_others", True):
        return []
    current = Q()
    for one in status.current_reviews(review.service_id):
        current |= Q(review__in=one.values("pk"))
    back = AnswerReference.objects.current().filter(answer=OuterRef("pk"), source__review=review)
    found = ItemAnswer.objects.filter(current, item_key__in=keys, applies=True, state=ItemState.GREEN)
    related = ("review__release", "rating_by", "text_by", "signoff__person", "carried")
    rows: list[Any] = list(
        found.exclude(review__kind=review.kind).annotate(rests_here=Exists(back)).select_related(*related)
    )
    for row in rows:
        row.review.service = review.service
    return rows


def offers(
    answers: Sequence[ItemAnswer],
    sources: Sequence[ItemAnswer],
    ticks: Mapping[int, Iterable[PointTick]],
    references: Mapping[int, Sequence[AnswerReference]],
    frame: ReviewFrame,
) -> dict[str, list[Offer]]:
    """What is on offer for these answers of a review, by item. `ticks` are those of the answers and of the sources."""
    by_key = {source.item_key: source for source in sources}
    found: defaultdict[str, list[Offer]] = defaultdict(list)
    for answer in answers:
        rows = [row for row in loader.coverings_of(answer.item_key) if row.source.key in by_key]
        if not rows or answer.is_signed or answer_queries.closed(answer, frame):
            continue
        settled = {tick.number for tick in ticks.get(answer.pk, ()) if tick.state != PointState.OPEN}
        taken = {one.source_id for one in references.get(answer.pk, ())}
        for row in rows:
            source: Any = by_key[row.source.key]
            ticked = {tick.number for tick in ticks.get(source.pk, ()) if tick.state == PointState.TICKED}
            if source.pk not in taken and not source.rests_here and _fits(row, answer, source, ticked, settled, frame):
                found[answer.item_key].append(Offer(answer, source, row.target.points, row.source.points))
    return dict(found)


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


def in_use(review: Review, answers: Sequence[ItemAnswer]) -> Mapping[int, list[AnswerReference]]:
    """The references that stand on these answers: one statement, none where the review never had any."""
    found: defaultdict[int, list[AnswerReference]] = defaultdict(list)
    if getattr(review, "has_references", True):
        related = ("source__review__release", "source__signoff__person", "used_by")
        rows = AnswerReference.objects.current().filter(answer__in=[one.pk for one in answers])
        for row in rows.select_related(*related):
            row.source.review.service = review.service
            found[row.answer_id].append(row)
    return found
