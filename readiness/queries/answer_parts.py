"""The rows of many answers at once, and what each counts as now: five statements, whatever their number."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Model, QuerySet

from readiness.models import AnswerReference, Evidence, ItemAnswer, MeasuredValue, PointTick, Review, Waiver
from readiness.queries import answers as answer_queries
from readiness.queries import contributions, drill_ends
from readiness.queries.answer_rows import AnswerParts
from readiness.queries.review_frame import ReviewFrame


@dataclass(frozen=True)
class Counted:
    """An answer counted from its rows: its state, the day from which that has to be looked at again, its digest."""

    state: str
    holds_until: datetime.date | None
    digest: str


def of(answers: Sequence[ItemAnswer]) -> dict[int, AnswerParts]:
    """Their rows, with the people and things that they name, by the answer's key."""
    within = [answer.pk for answer in answers]
    evidence = Evidence.objects.select_related(
        "added_by", "drill__environment", "environment", "release", "model_version__model", "attachment"
    ).annotate(drill_ended_at=drill_ends.read_along())
    ticks = _by_answer(PointTick.objects.select_related("by"), within)
    values = _by_answer(MeasuredValue.objects.select_related("by"), within)
    pieces = _by_answer(evidence, within)
    standing = AnswerReference.objects.current().select_related("source")
    served = _by_answer(standing.annotate(hands=contributions.Hands(F("source"))), within)
    waivers = _waivers(answers)
    return {
        answer.pk: AnswerParts(
            answer=answer,
            ticks={tick.number: tick for tick in ticks[answer.pk]},
            values={value.name: value for value in values[answer.pk]},
            evidence=[piece for piece in pieces[answer.pk] if piece.withdrawn_at is None],
            withdrawn=[piece for piece in pieces[answer.pk] if piece.withdrawn_at is not None],
            waivers=waivers[answer.review_id, answer.item_key],
            references=served[answer.pk],
        )
        for answer in answers
    }


def _waivers(answers: Sequence[ItemAnswer]) -> Mapping[tuple[int, str], list[Waiver]]:
    """The waivers that speak for the items of these answers, by the key of the review and of the item."""
    grouped: defaultdict[tuple[int, str], list[Waiver]] = defaultdict(list)
    speaking: QuerySet[Any] = Waiver.objects.approved().with_ends().annotate(of_review=F("service__reviews"))
    within = {answer.review_id for answer in answers}
    for waiver in speaking.filter(of_review__in=within, item_key__in={answer.item_key for answer in answers}):
        grouped[waiver.of_review, waiver.item_key].append(waiver)
    return grouped


def frames(answers: Iterable[ItemAnswer]) -> dict[int, ReviewFrame]:
    """What each of their reviews is held against, by the review's key: one statement, and what the frames read."""
    reviews = Review.objects.with_surroundings().filter(pk__in={answer.review_id for answer in answers})
    return {review.pk: ReviewFrame(review) for review in reviews}


def counted(parts: Mapping[int, AnswerParts], frames: Mapping[int, ReviewFrame]) -> dict[int, Counted]:
    """What each counts as now, by the answer's key."""
    return {pk: _counted(found, frames[found.answer.review_id]) for pk, found in parts.items()}


def counted_anew(answers: Sequence[ItemAnswer]) -> dict[int, Counted]:
    """The same for answers of which nothing else was read; no statement for none."""
    return counted(of(answers), frames(answers)) if answers else {}


def _counted(parts: AnswerParts, frame: ReviewFrame) -> Counted:
    return Counted(
        state=str(answer_queries.outcome(parts, frame).state),
        holds_until=answer_queries.holds_until(parts, frame),
        digest=answer_queries.content(parts, frame).digest,
    )


def _by_answer(queryset: QuerySet[Any], within: list[int]) -> Mapping[int, list[Any]]:
    grouped: defaultdict[int, list[Any]] = defaultdict(list)
    row: Model
    for row in queryset.filter(answer__in=within):
        grouped[row.answer_id].append(row)  # type: ignore[attr-defined]  # each of them hangs on an answer
    return grouped
