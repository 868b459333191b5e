"""One answer with all its rows: read inside the action that changes it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from readiness.models import AnswerReference, Evidence, ItemAnswer, MeasuredValue, PointTick, Waiver
from readiness.queries.review_frame import ReviewFrame


@dataclass(frozen=True)
class AnswerParts:
    """An answer's rows: ticks by point number, values by name, evidence that was not withdrawn, waivers.

    `withdrawn` is the other evidence; `waivers` are those that speak for its item, lapsed or not; `references` the
    answers elsewhere that serve it.
    """

    answer: ItemAnswer
    ticks: dict[int, PointTick]
    values: dict[str, MeasuredValue]
    evidence: list[Evidence]
    waivers: list[Waiver]
    references: Sequence[AnswerReference] = ()
    withdrawn: Sequence[Evidence] = ()


def of(answer: ItemAnswer, frame: ReviewFrame) -> AnswerParts:
    """The rows of one answer: two statements, more where it is measured or has waivers. People are read when asked."""
    is_measured = frame.items[answer.item_key].measure is not None
    may_be_waived: bool = getattr(answer, "may_be_waived", True)  # read with the answer where it was locked
    may_be_covered: bool = getattr(answer, "may_be_covered", True)
    evidence = list(answer.evidence.all())
    return AnswerParts(
        answer=answer,
        ticks={tick.number: tick for tick in answer.ticks.all()},
        values={value.name: value for value in answer.values.all()} if is_measured else {},
        evidence=[piece for piece in evidence if piece.withdrawn_at is None],
        withdrawn=[piece for piece in evidence if piece.withdrawn_at is not None],
        waivers=list(_waivers(answer)) if may_be_waived else [],
        references=list(_references(answer)) if may_be_covered else (),
    )


def _waivers(answer: ItemAnswer) -> QuerySet[Waiver]:
    return Waiver.objects.approved().filter(service=answer.review.service_id, item_key=answer.item_key)


def _references(answer: ItemAnswer) -> QuerySet[AnswerReference]:
    return answer.references.current().select_related("source")
