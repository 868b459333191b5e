"""An answer that is about to change: locked with what rests on it, and refused where nobody may change it now."""

from collections.abc import Collection
from functools import cache
from typing import Any, cast

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from portal.errors import Conflict, DomainError
from readiness.choices import GO, ReviewState
from readiness.models import AnswerReference, ItemAnswer, LaunchDecision, Review, Waiver
from readiness.queries import answers as answer_queries
from readiness.queries.review_frame import ReviewFrame


def locked(answer: ItemAnswer) -> ItemAnswer:
    """The answer with its review and service; it and what rests on it are locked where the database can."""
    return locked_all([answer.pk])[0]


def locked_all(keys: Collection[int]) -> list[ItemAnswer]:
    """The same for several answers of reviews, by their keys; in the order of the checklist."""
    hold(keys)
    found: Any = list(_surrounded().filter(pk__in=keys).order_by("position", "pk"))
    for answer in found:
        answer.review.may_be_locked = answer.may_be_locked
    return cast("list[ItemAnswer]", found)


def hold(keys: Collection[int]) -> None:
    """Locks these answers and all that rests on them in the order of their keys, before the head of the record.

    What was read before may be overtaken when this returns: whoever waited here reads again.
    """
    if connection.features.has_select_for_update:
        rows = ItemAnswer.objects.filter(pk__in={*keys, *_resting(keys)}).select_for_update().order_by("pk")
        list(rows.values_list("pk", flat=True))


def hold_all(*found: "QuerySet[ItemAnswer]") -> None:
    """The same for all the answers that these lists give, at once."""
    if connection.features.has_select_for_update:
        hold({pk for rows in found for pk in rows.values_list("pk", flat=True)})


def hold_with_sources(review: Review) -> None:
    """Holds the answers of a review and those they rest on, for another review that starts from them.

    Raises Conflict where they came to rest on more while this waited: what that says could change under the copies.
    """
    if connection.features.has_select_for_update:
        keys = _with_sources(review)
        hold(keys)
        if _with_sources(review) - keys:
            raise Conflict("Somebody else changed what this review starts from at the same moment. Start it again.")


def _with_sources(review: Review) -> set[int]:
    resting = AnswerReference.objects.current().filter(answer__review=review)
    return {*review.answers.values_list("pk", flat=True), *resting.values_list("source", flat=True)}


def _resting(keys: Collection[int]) -> set[int]:
    """What rests on these answers, and on that again: it ends when they say something else (actions.ending)."""
    found: set[int] = set()
    below = set(keys)
    while below:
        standing = AnswerReference.objects.current().filter(source__in=below, answer__review__state=ReviewState.OPEN)
        below = set(standing.values_list("answer", flat=True)) - found
        found |= below
    return found


def hold_review(review: Review, others: Collection[int] = ()) -> Review:
    """Locks the answers of a review, and these others by their keys, with `hold`; the review as it stands after that.

    What came with it (`may_be_locked`) was read before the wait, so the review returned has to be asked anew.
    """
    keys = set(review.answers.values_list("pk", flat=True)) if connection.features.has_select_for_update else set()
    hold({*keys, *others})
    return Review.objects.select_related("service__scope__team", "template_version", "release").get(pk=review.pk)


@cache
def _surrounded() -> "QuerySet[ItemAnswer]":
    """Answers with review and service, and what spares statements for what is rare.

    Built once: putting the statement together takes longer than the database needs for it.
    """
    related = ("review__service__scope", "review__template_version")
    going = LaunchDecision.objects.filter(release=OuterRef("review__release"), verdict__in=GO)
    waived = Waiver.objects.of_answer()
    covered = AnswerReference.objects.current().filter(answer=OuterRef("pk"))
    serving = AnswerReference.objects.current().filter(source=OuterRef("pk"))
    found = ItemAnswer.objects.select_related(*related).defer("review__template_version__content")
    return found.annotate(
        may_be_waived=Exists(waived),
        may_be_covered=Exists(covered),
        may_be_locked=Exists(going),
        may_serve=Exists(serving),
    )


def refuse_unless_open(answer: ItemAnswer, frame: ReviewFrame, *, signed_ok: bool = False) -> None:
    """Raises DomainError for an item that cannot be changed now: signed, locked by a go, or left out."""
    if answer.signoff_id is not None and not signed_ok:
        raise DomainError("This item is signed off and locked. Reopen it first, with a reason.")
    if refusal := answer_queries.closed(answer, frame):
        raise DomainError(refusal)


def refuse_if_served(answer: ItemAnswer, point: int | None = None) -> None:
    """Raises DomainError where an answer elsewhere serves the whole item, or this point of it."""
    if not getattr(answer, "may_be_covered", True):
        return
    for one in answer.references.current():
        if not one.points or point in one.points:
            raise DomainError("It rests on an answer elsewhere. Choose “Answer it here instead” first.")
