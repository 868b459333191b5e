"""Several parts of one answer changed as one: all are saved, or none is."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from portal.errors import Conflict, DomainError
from portal.permissions import Access
from readiness.actions import answer_writes
from readiness.actions.answer_writes import Write
from readiness.choices import Colour
from readiness.models import ItemAnswer
from readiness.queries.review_frame import ReviewFrame


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
    """Ticks, numbers, text and rating as one act, in the order in which the rules need them.

    Green needs its points first, red and yellow their sentence, and a sentence is taken out after the rating that
    needed it. Raises what `answers` raises, at `points.<index>`, `values.<index>`, `text` or `rating`: the field of a
    Conflict says which part somebody else changed.
    """
    points = [_point(access, f"points.{index}", point) for index, point in enumerate(wanted.points)]
    values = [_value(access, f"values.{index}", entered) for index, entered in enumerate(wanted.values)]
    return answer_writes.write(access, answer, [*points, *values, *_said(access, answer, wanted)])


def _point(access: Access, place: str, point: PointChange) -> Write:
    with _at(place):
        made = answer_writes.of_point(
            access, number=point.number, state=point.state, reason=point.reason, version=point.version
        )
    return _placed(place, made)


def _value(access: Access, place: str, entered: ValueChange) -> Write:
    return _placed(place, answer_writes.of_value(access, entered.name, entered.value, entered.version))


def _placed(place: str, made: Write) -> Write:
    """The same, whose refusals say that they are about this place."""

    def save(answer: ItemAnswer, frame: ReviewFrame) -> None:
        with _at(place):
            made.save(answer, frame)

    return replace(made, save=save)


def _said(access: Access, answer: ItemAnswer, wanted: Change) -> Sequence[Write]:
    """The text before the rating that needs it; taken out, it comes after."""
    rating, text = wanted.rating, wanted.text
    rated = [answer_writes.of_rating(access, answer, rating.said, rating.version)] if rating else []
    written = [answer_writes.of_text(access, text.said, text.version)] if text else []
    needs_text = rating is not None and rating.said in (Colour.RED, Colour.YELLOW)
    text_first = needs_text or (text is not None and bool(text.said.strip()))
    return [*written, *rated] if text_first else [*rated, *written]


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
