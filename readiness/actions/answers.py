"""Answering an item: a point, the rating, the text, a measured value, the assignee. Conflicts are by field."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from portal import audit, clock, permissions
from portal.audit import Fact, Verb
from portal.errors import Conflict, DomainError
from portal.models import User
from portal.permissions import Access, Capability
from readiness import verbs
from readiness.actions import answer_locks, settling, whereabouts
from readiness.choices import Colour, PointState
from readiness.models import ItemAnswer, MeasuredValue, PointTick
from readiness.queries import answer_rows, ownership
from readiness.queries import answers as answer_queries
from readiness.queries.review_frame import ReviewFrame
from readiness.rules import answering, measured_values, scoring


def mark_point(
    access: Access, *, answer: ItemAnswer, number: int, state: str, reason: str = "", version: int
) -> ItemAnswer:
    """Ticks a point, opens it again, or sets it aside as not applicable with a reason.

    `version` is the tick's version the person saw (0: never touched). Raises Conflict when it has moved on,
    DomainError when the item is signed or locked, the point does not exist or a reason is missing.
    """
    reason = reason.strip() if state == PointState.NOT_APPLICABLE else ""
    if errors := answering.point_refusals(state, reason):
        raise DomainError.of(errors)

    def change(answer: ItemAnswer, frame: ReviewFrame) -> None:
        answer_locks.refuse_if_served(answer, number)
        points = answer_queries.applicable_points(frame.items[answer.item_key], frame.service)
        if number not in {point.number for point in points}:
            raise DomainError(f"Item {answer.item_key} has no point {number} that applies to this service.")
        fields = {"state": state, "reason": reason, "by": access.person, "at": clock.now()}
        _write_versioned(PointTick, answer, {"number": number}, fields, version, lambda tick: tick.state)

    return _answering(access, answer, change, verbs.POINT_MARKED, {"point": number, "state": state}, {"reason": reason})


def rate(access: Access, *, answer: ItemAnswer, rating: str, version: int) -> ItemAnswer:
    """Rates the item red, yellow or green, or takes the rating back ("").

    Green is refused while something is missing; red and yellow need one sentence on what is missing.
    """
    if errors := answering.rating_refusals(rating):
        raise DomainError.of(errors)

    def change(answer: ItemAnswer, frame: ReviewFrame) -> None:
        if rating == Colour.GREEN:
            _refuse_green_with_obstacles(answer, frame)
        if rating in (Colour.RED, Colour.YELLOW) and not answer.text.strip():
            message = f"Say in one sentence what is missing, then rate it {Colour(rating).label.lower()}."
            raise DomainError.of({"text": [message]})
        changed = ItemAnswer.objects.filter(pk=answer.pk, rating_version=version).update(
            rating=rating, rating_by=access.person, rating_at=clock.now(), rating_version=F("rating_version") + 1
        )
        if not changed:
            raise _conflict("rating", answer.rating, answer.rating_by)
        answer.rating, answer.rating_by, answer.rating_version = rating, access.person, version + 1

    return _answering(access, answer, change, verbs.ITEM_RATED, {"rating": rating, "was": answer.rating}, {})


def rate_and_describe(
    access: Access, *, answer: ItemAnswer, rating: str, version: int, text: str, text_version: int
) -> ItemAnswer:
    """Rates the item with the sentence that says what is missing: both are saved, or neither is.

    Raises what `describe` and `rate` raise; the field of a Conflict says which of the two somebody else changed.
    """
    with transaction.atomic():
        answer = describe(access, answer=answer, text=text, version=text_version)
        return rate(access, answer=answer, rating=rating, version=version)


def describe(access: Access, *, answer: ItemAnswer, text: str, version: int) -> ItemAnswer:
    """Writes what is to be said about the item. A yellow or red item keeps at least one sentence."""
    text = text.strip()
    if errors := answering.text_refusals(text):
        raise DomainError.of(errors)

    def change(answer: ItemAnswer, _frame: ReviewFrame) -> None:
        if not text and answer.rating in (Colour.RED, Colour.YELLOW):
            message = f"A {answer.rating} item says in one sentence what is missing."
            raise DomainError.of({"text": [message]})
        changed = ItemAnswer.objects.filter(pk=answer.pk, text_version=version).update(
            text=text, text_by=access.person, text_at=clock.now(), text_version=F("text_version") + 1
        )
        if not changed:
            raise _conflict("text", answer.text, answer.text_by)
        answer.text, answer.text_by, answer.text_version = text, access.person, version + 1

    return _answering(access, answer, change, verbs.ITEM_DESCRIBED, {}, {"text": text})


def measure(access: Access, *, answer: ItemAnswer, name: str, value: str, version: int) -> ItemAnswer:
    """Enters one measured value; the portal decides against the targets. An empty value takes it out."""
    value = value.strip()

    def change(answer: ItemAnswer, frame: ReviewFrame) -> None:
        measure = frame.items[answer.item_key].measure
        if measure is None:
            raise DomainError(f"Item {answer.item_key} has no measured values.")
        if problem := measured_values.problem(measure.kind, name, value):
            raise DomainError.of({name: [problem]})
        _refuse_twin(answer, name, value)
        fields = {"value": value, "by": access.person, "at": clock.now()}
        _write_versioned(MeasuredValue, answer, {"name": name}, fields, version, lambda entered: entered.value)

    return _answering(access, answer, change, verbs.ITEM_MEASURED, {"name": name}, {"value": value})


def add_guardrail(access: Access, *, answer: ItemAnswer, parts: Mapping[str, str]) -> ItemAnswer:
    """Adds a guardrail (name, value, direction, limit) under the next free number, all parts in one transaction.

    Raises DomainError at the part that is wrong, and at the name where that name has such a limit already.
    """
    parts = {part: text.strip() for part, text in parts.items()}
    with transaction.atomic():
        taken = _entered(answer_locks.locked(answer))
        values = {name: text for name, (text, _) in taken.items()}
        number = measured_values.next_guardrail(values)
        if number is None:
            raise DomainError(f"An item has at most {measured_values.MOST_GUARDRAILS} guardrails.")
        if missing := {part: ["Enter it."] for part, text in parts.items() if not text}:
            raise DomainError.of(missing)
        if errors := measured_values.guardrail_refusals(number, parts, values):
            raise DomainError.of(errors)
        for part, value in parts.items():
            name = measured_values.guardrail_name(number, part)
            version = taken[name][1] if name in taken else 0
            answer = measure(access, answer=answer, name=name, value=value, version=version)
    return answer


def remove_guardrail(access: Access, *, answer: ItemAnswer, number: int, versions: Mapping[str, int]) -> ItemAnswer:
    """Takes a guardrail out, all parts in one transaction; what it said stays in the answer's revisions.

    `versions` are those of its parts that the person saw. Raises Conflict when one has moved on.
    """
    with transaction.atomic():
        for part, version in versions.items():
            name = measured_values.guardrail_name(number, part)
            answer = measure(access, answer=answer, name=name, value="", version=version)
    return answer


def _entered(answer: ItemAnswer) -> dict[str, tuple[str, int]]:
    """What is entered on a measured item, and the version of each, by name."""
    return {value.name: (value.value, value.version) for value in answer.values.all()}


def assign(access: Access, *, answer: ItemAnswer, person: User | None) -> None:
    """Gives an item to one person, or back to whoever owns its domain. Not part of what is signed.

    Raises DomainError at `person` for somebody who could not be given a domain of the service either.
    """
    with transaction.atomic():
        service = answer.review.service
        permissions.require(access, Capability.REVIEW_ANSWER, service.scope)
        if not answer.review.is_open:
            raise DomainError("The review is not open.")
        if person is not None and not ownership.candidates(service).filter(pk=person.pk).exists():
            raise DomainError.of({"person": [f"{person.name} cannot see this service. Choose somebody who can."]})
        ItemAnswer.objects.filter(pk=answer.pk).update(assignee=person)
        facts = {**whereabouts.of(answer), "person": str(person.public_id) if person else None}
        texts = {"name": person.name if person else "the owner of its domain"}
        audit.record(access, verbs.ITEM_ASSIGNED, answer, scope=service.scope, facts=facts, texts=texts)


def _answering(
    access: Access,
    answer: ItemAnswer,
    change: Callable[[ItemAnswer, ReviewFrame], None],
    verb: Verb,
    facts: Mapping[str, Fact],
    texts: Mapping[str, str],
) -> ItemAnswer:
    """The frame of every change to an answer: permission, lock, the change itself, then `settling.settle`."""
    with transaction.atomic():
        answer = answer_locks.locked(answer)
        permissions.require(access, Capability.REVIEW_ANSWER, answer.review.service.scope)
        frame = ReviewFrame(answer.review)
        answer_locks.refuse_unless_open(answer, frame)
        answer_locks.refuse_if_served(answer)
        change(answer, frame)
        settling.settle(access, answer, frame, verb, facts, texts)
    return answer


def _refuse_twin(answer: ItemAnswer, name: str, value: str) -> None:
    """A guardrail that is renamed or turned round must not become one that is there already."""
    found = measured_values.GUARDRAIL_NAME.fullmatch(name)
    if value and found and found["part"] in (measured_values.Part.NAME, measured_values.Part.DIRECTION):
        values = {entered: text for entered, (text, _) in _entered(answer).items()} | {name: value}
        if twin := measured_values.twin_refusal(int(found["number"]), values):
            raise DomainError.of({name: [twin]})


def _refuse_green_with_obstacles(answer: ItemAnswer, frame: ReviewFrame) -> None:
    parts = answer_rows.of(answer, frame)
    obstacles = scoring.obstacles_to_green(answer_queries.facts(parts, frame))
    if obstacles:
        raise DomainError(f"Not green yet. {' '.join(obstacles)}", {"rating": list(obstacles)})


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
