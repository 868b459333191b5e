"""The rows that the cards of a review are made of: a constant number of statements."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery

from readiness.models import AnswerReference, Comment, Evidence, ItemAnswer, MeasuredValue, PointTick, Review, Waiver
from readiness.queries import covering, drill_ends, returns
from readiness.queries import findings as finding_queries
from readiness.queries import seals as seal_queries
from readiness.queries.covering import Offer
from readiness.queries.review_frame import ReviewFrame
from readiness.queries.seals import Seal

WHERE_IT_CAME_FROM = ("origin__source__review__release",)


@dataclass(frozen=True)
class Rows:
    """All rows behind the cards of a review: by the answer's key, by the item's where they outlive a review."""

    answers: list[ItemAnswer]
    ticks: Mapping[int, list[PointTick]]
    values: Mapping[int, list[MeasuredValue]]
    evidence: Mapping[int, list[Evidence]]
    comments: Mapping[int, list[Comment]]
    seals: Mapping[int, list[Seal]]
    waivers: Mapping[str, list[Waiver]]
    references: Mapping[int, Sequence[AnswerReference]]
    offers: Mapping[str, Sequence[Offer]]


def read(review: Review, chosen: QuerySet[ItemAnswer], frame: ReviewFrame) -> Rows:
    """The rows of these answers of a review."""
    return of(review, answers(chosen), frame)


def answers(chosen: QuerySet[ItemAnswer]) -> list[ItemAnswer]:
    """The heads alone, in the order of the checklist, with the people and what spares statements later."""
    people = ("rating_by", "text_by", "assignee", "returned__returned_by")
    asked = Exists(Waiver.objects.of_answer())
    named = ItemAnswer.signoff_asked_of.through.objects.filter(itemanswer=OuterRef("pk")).order_by("user__name")
    counted: QuerySet[Any] = named.order_by().values("itemanswer").annotate(number=Count("pk"))
    found = chosen.select_related(*people, *WHERE_IT_CAME_FROM).annotate(
        was_asked_for=asked,
        mended=returns.mended(),
        **finding_queries.of_answers(),
        asked_first=Subquery(named.values("user__name")[:1]),
        asked_people=Subquery(counted.values("number")),
    )
    return list(found.order_by("position"))


def of(review: Review, found: list[ItemAnswer], frame: ReviewFrame) -> Rows:
    """What stands around heads that were read."""
    within = [answer.pk for answer in found]
    evidence = Evidence.objects.select_related(
        "added_by", "withdrawn_by", "attachment", "drill__environment", "model_version__model", "environment", "release"
    ).annotate(drill_ended_at=drill_ends.read_along())
    elsewhere = covering.elsewhere(review, found)
    sources = [source.pk for source in elsewhere.sources]
    ticks = _by_answer(PointTick.objects.select_related("by"), [*within, *sources])
    pieces = _by_answer(frame.read_with(evidence), within)
    frame.hold(piece for own in pieces.values() for piece in own)
    return Rows(
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
