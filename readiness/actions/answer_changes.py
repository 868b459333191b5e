"""Several parts of one answer changed as one: all are saved, or none is."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction

from portal.errors import Conflict, DomainError
from portal.permissions import Access
from readiness.actions import answers
from readiness.choices import Colour
from readiness.models import ItemAnswer


@dataclass(frozen=True)
class PointChange:
    """What is said of one point, and the version of it that was seen (0: never touched)."""

    number: int
    state: str
    reason: str
    version: int


@dataclass(frozen=True)
class ValueChange:
    """One measured value ("" takes it out), and the version of it that was seen."""

    name: str
    value: str
    version: int


@dataclass(frozen=True)
class Words:
    """A rating or a text, and the version of it that was seen."""

    said: str
    version: int


@dataclass(frozen=True)
class Change:
    """What becomes of an answer; what is None or not among the parts stays."""

    points: Sequence[PointChange] = ()
    values: Sequence[ValueChange] = ()
    text: Words | None = None
    rating: Words | None = None


def change(access: Access, *, answer: ItemAnswer, wanted: Change) -> ItemAnswer:
    """Ticks, numbers, text and rating in one transaction, in the order in which the rules need them.

    Green needs its points first, red and yellow their sentence, and a sentence is taken out after the rating that
    needed it. Raises what `answers` raises, at `points.<index>`, `values.<index>`, `text` or `rating`: the field of a
    Conflict says which part somebody else changed.
    """
    with transaction.atomic():
        for index, point in enumerate(wanted.points):
            with _at(f"points.{index}"):
                answer = answers.mark_point(
                    access,
                    answer=answer,
                    number=point.number,
                    state=point.state,
                    reason=point.reason,
                    version=point.version,
                )
        for index, entered in enumerate(wanted.values):
            with _at(f"values.{index}"):
                answer = answers.measure(
                    access, answer=answer, name=entered.name, value=entered.value, version=entered.version
                )
        return _said(access, answer, wanted)


def _said(access: Access, answer: ItemAnswer, wanted: Change) -> ItemAnswer:
    text, rating = wanted.text, wanted.rating
    needs_text = rating is not None and rating.said in (Colour.RED, Colour.YELLOW)
    if text is not None and (needs_text or rating is None or text.said.strip()):
        answer = answers.describe(access, answer=answer, text=text.said, version=text.version)
        text = None
    if rating is not None:
        answer = answers.rate(access, answer=answer, rating=rating.said, version=rating.version)
    if text is not None:
        answer = answers.describe(access, answer=answer, text=text.said, version=text.version)
    return answer


@contextlib.contextmanager
def _at(part: str) -> Iterator[None]:
    """Says of a refusal which of several parts it is about."""
    try:
        yield
    except Conflict as conflict:
        raise Conflict(conflict.message, field=part, saved=conflict.saved, saved_by=conflict.saved_by) from conflict
    except DomainError as refusal:
        refusal.errors = {_name(part, field): words for field, words in refusal.errors.items()}
        raise


def _name(part: str, field: str) -> str:
    return f"{part}.{field}" if field in ("state", "reason") else part
