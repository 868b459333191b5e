"""What is written of an answer, part by part: a point, the rating, the text, a number; one act may write several."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from portal import clock, permissions
from portal.audit import Fact, Verb
from portal.errors import Conflict, DomainError
from portal.models import User
from portal.permissions import Access, Capability
from readiness import verbs
from readiness.actions import answer_locks, settling
from readiness.choices import Colour, PointState
from readiness.models import ItemAnswer, MeasuredValue, PointTick
from readiness.queries import answer_rows
from readiness.queries import answers as answer_queries
from readiness.queries.review_frame import ReviewFrame
from readiness.rules import answering, measured_values, scoring


@dataclass(frozen=True)
class Write:
    """One part: what it is called, how it is saved, and what the record says where it is all that was written.

    `words` are what somebody wrote in it, by the name of their text in the event of several parts.
    """

    part: str
    save: Callable[[ItemAnswer, ReviewFrame], None]
    verb: Verb
    facts: Mapping[str, Fact] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)


def write(access: Access, answer: ItemAnswer, writes: Sequence[Write]) -> ItemAnswer:
    """The frame of every change to an answer: permission, lock, the parts in their order, then `settling.settle`.

    However many parts, it is one event and one revision. Raises what their saving raises; then nothing is saved.
    """
    if not writes:
        return answer
    with transaction.atomic():
        answer = answer_locks.locked(answer)
        permissions.require(access, Capability.REVIEW_ANSWER, answer.review.service.scope)
        frame = ReviewFrame(answer.review)
        answer_locks.refuse_unless_open(answer, frame)
        answer_locks.refuse_if_served(answer)
        for one in writes:
            one.save(answer, frame)
        told = writes[0] if len(writes) == 1 else _together(writes)
        settling.settle(access, answer, frame, told.verb, told.facts, told.texts)
    return answer


def _together(writes: Sequence[Write]) -> Write:
    """What the record says of several parts: which they were, and what somebody wrote. The revision says the rest."""
    texts: dict[str, str] = {}
    for one in writes:
        for name, text in one.words.items():
            if text:
                texts[name] = f"{texts[name]}\n{text}" if name in texts else text
    return replace(writes[0], verb=verbs.ITEM_ANSWERED, facts={"parts": [one.part for one in writes]}, texts=texts)


def of_point(access: Access, *, number: int, state: str, reason: str, version: int) -> Write:
    """What is said of a point; `version` is the tick's version the person saw (0: never touched)."""
    reason = reason.strip() if state == PointState.NOT_APPLICABLE else ""
    if errors := answering.point_refusals(state, reason):
        raise DomainError.of(errors)

    def save(answer: ItemAnswer, frame: ReviewFrame) -> None:
        answer_locks.refuse_if_served(answer, number)
        points = answer_queries.applicable_points(frame.items[answer.item_key], frame.service)
        if number not in {point.number for point in points}:
            raise DomainError(f"Item {answer.item_key} has no point {number} that applies to this service.")
        fields = {"state": state, "reason": reason, "by": access.person, "at": clock.now()}
        _write_versioned(PointTick, answer, {"number": number}, fields, version, lambda tick: tick.state)

    facts: dict[str, Fact] = {"point": number, "state": state}
    return Write(f"point {number}", save, verbs.POINT_MARKED, facts, {"reason": reason}, {"reasons": reason})


def of_rating(access: Access, answer: ItemAnswer, rating: str, version: int) -> Write:
    """The rating of an answer, or that it is taken back ("")."""
    if errors := answering.rating_refusals(rating):
        raise DomainError.of(errors)

    def save(answer: ItemAnswer, frame: ReviewFrame) -> None:
        if rating == Colour.GREEN:
            _refuse_green_with_obstacles(answer, frame)
        if rating in (Colour.RED, Colour.YELLOW) and not answer.text.strip():
            message = f"Say in one sentence what is missing, then rate it {Colour(rating).label.lower()}."
            raise DomainError.of({"text": [message]})
        _write_own(access, answer, "rating", rating, version)

    return Write("rating", save, verbs.ITEM_RATED, {"rating": rating, "was": answer.rating})


def of_text(access: Access, text: str, version: int) -> Write:
    """What is said about the item as a whole."""
    text = text.strip()
    if errors := answering.text_refusals(text):
        raise DomainError.of(errors)

    def save(answer: ItemAnswer, _frame: ReviewFrame) -> None:
        if not text and answer.rating in (Colour.RED, Colour.YELLOW):
            message = f"A {answer.rating} item says in one sentence what is missing."
            raise DomainError.of({"text": [message]})
        _write_own(access, answer, "text", text, version)

    return Write("text", save, verbs.ITEM_DESCRIBED, texts={"text": text}, words={"text": text})


def of_value(access: Access, name: str, value: str, version: int) -> Write:
    """One measured value; an empty one takes it out."""
    value = value.strip()

    def save(answer: ItemAnswer, frame: ReviewFrame) -> None:
        measure = frame.items[answer.item_key].measure
        if measure is None:
            raise DomainError(f"Item {answer.item_key} has no measured values.")
        if problem := measured_values.problem(measure.kind, name, value):
            raise DomainError.of({name: [problem]})
        _refuse_twin(answer, name, value)
        fields = {"value": value, "by": access.person, "at": clock.now()}
        _write_versioned(MeasuredValue, answer, {"name": name}, fields, version, lambda entered: entered.value)

    return Write(name, save, verbs.ITEM_MEASURED, {"name": name}, {"value": value}, {"values": value})


def entered(answer: ItemAnswer) -> dict[str, tuple[str, int]]:
    """What is entered on a measured item, and the version of each, by name."""
    return {value.name: (value.value, value.version) for value in answer.values.all()}


def _refuse_twin(answer: ItemAnswer, name: str, value: str) -> None:
    """A guardrail that is renamed or turned round must not become one that is there already."""
    found = measured_values.GUARDRAIL_NAME.fullmatch(name)
    if value and found and found["part"] in (measured_values.Part.NAME, measured_values.Part.DIRECTION):
        values = {known: text for known, (text, _) in entered(answer).items()} | {name: value}
        if twin := measured_values.twin_refusal(int(found["number"]), values):
            raise DomainError.of({name: [twin]})


def _refuse_green_with_obstacles(answer: ItemAnswer, frame: ReviewFrame) -> None:
    parts = answer_rows.of(answer, frame)
    obstacles = scoring.obstacles_to_green(answer_queries.facts(parts, frame))
    if obstacles:
        raise DomainError(f"Not green yet. {' '.join(obstacles)}", {"rating": list(obstacles)})


def _write_own(access: Access, answer: ItemAnswer, part: str, value: str, version: int) -> None:
    """Write the rating or the text, whose person, moment and version stand beside it, unless it went on meanwhile."""
    person, stamp = access.person, f"{part}_version"
    fields = {part: value, f"{part}_by": person, f"{part}_at": clock.now(), stamp: F(stamp) + 1}
    if not ItemAnswer.objects.filter(pk=answer.pk, **{stamp: version}).update(**fields):
        raise _conflict(part, getattr(answer, part), getattr(answer, f"{part}_by"))
    for name, now in ((part, value), (f"{part}_by", person), (stamp, version + 1)):
        setattr(answer, name, now)


def _write_versioned(
    model: type[PointTick] | type[MeasuredValue],
    answer: ItemAnswer,
    key: dict[str, Any],
    fields: dict[str, Any],
    version: int,
    shown: Callable[[Any], str],
) -> None:
    """Creates the row (version 0) or moves it on from the version seen; Conflict when another was faster."""
    if version == 0:
        try:
            with transaction.atomic():
                model.objects.create(answer=answer, **key, **fields)
        except IntegrityError:
            pass
        else:
            return
    elif model.objects.filter(answer=answer, **key, version=version).update(version=F("version") + 1, **fields):
        return
    saved = model.objects.select_related("by").get(answer=answer, **key)
    raise _conflict(str(next(iter(key.values()))), shown(saved), saved.by)


def _conflict(field: str, saved: str, by: User | None) -> Conflict:
    name = by.name if by else "somebody else"
    return Conflict(f"{name} changed this in the meantime.", field=field, saved=saved, saved_by=name)
