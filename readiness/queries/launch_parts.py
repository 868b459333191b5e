"""The same picture with every part of every answer: read inside the act that decides, to count anew and to freeze."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet

from portal.models import User
from portal.permissions import Access
from readiness.models import Evidence, ItemAnswer, MeasuredValue, PointTick, Review, Waiver
from readiness.queries import answers as answer_queries
from readiness.queries import launch, launch_items
from readiness.queries.answers import AnswerParts, ReviewFrame
from readiness.queries.launch import Launch
from readiness.queries.launch_items import Counted
from readiness.queries.launch_subjects import Subject


@dataclass(frozen=True)
class Whole:
    """A launch with the rows of its answers, and the frame that each of their reviews is held against."""

    launch: Launch
    parts: Mapping[int, AnswerParts]
    frames: Mapping[int, ReviewFrame]

    @property
    def contributors(self) -> list[User]:
        """Everybody who last wrote any part of an item that counts, by name."""
        counted = [item.answer.pk for item in self.launch.watch.items if item.counts]
        people = {person.pk: person for pk in counted for person in _authors(self.parts[pk])}
        return sorted(people.values(), key=lambda person: person.name)

    @property
    def signers(self) -> list[User]:
        """Everybody whose sign-off stands on an item that counts, by name."""
        signed = [item.answer.signoff for item in self.launch.watch.items if item.counts and item.answer.signoff]
        return sorted({signoff.person for signoff in signed}, key=lambda person: person.name)


def look(subject: Subject, access: Access, now: datetime.datetime) -> Whole:
    """The picture with every item counted anew from its rows: some twenty statements, in a transaction."""
    answers = list(launch_items.answers(subject))
    parts = _parts(answers)
    frames = _frames(answers)
    anew = {answer.pk: _counted(parts[answer.pk], frames[answer.review_id]) for answer in answers}
    seen = launch.watch(subject, now, anew=anew)
    counted = [item.answer.pk for item in seen.items if item.counts]
    prepared = frozenset(person.identity for pk in counted for person in _authors(parts[pk]))
    wrote = [
        item.title
        for item in seen.items
        if item.answer.critical and _is_among(access.person.identity, parts[item.answer.pk])
    ]
    return Whole(launch.assembled(subject, access, now, seen, prepared, wrote), parts, frames)


def _counted(parts: AnswerParts, frame: ReviewFrame) -> Counted:
    return Counted(str(answer_queries.outcome(parts, frame).state), answer_queries.content(parts, frame).digest)


def _parts(answers: Sequence[ItemAnswer]) -> dict[int, AnswerParts]:
    within = [answer.pk for answer in answers]
    evidence = Evidence.objects.filter(withdrawn_at__isnull=True).select_related(
        "added_by", "drill__environment", "environment", "release", "model_version__model", "attachment"
    )
    waivers = Waiver.objects.filter(state=Waiver.State.APPROVED).select_related("asked_by", "settled_by")
    ticks = _by_answer(PointTick.objects.select_related("by"), within)
    values = _by_answer(MeasuredValue.objects.select_related("by"), within)
    pieces, standing = _by_answer(evidence, within), _by_answer(waivers, within)
    return {
        answer.pk: AnswerParts(
            answer=answer,
            ticks={tick.number: tick for tick in ticks[answer.pk]},
            values={value.name: value for value in values[answer.pk]},
            evidence=pieces[answer.pk],
            waivers=standing[answer.pk],
        )
        for answer in answers
    }


def _frames(answers: Iterable[ItemAnswer]) -> dict[int, ReviewFrame]:
    reviews = Review.objects.with_surroundings().filter(pk__in={answer.review_id for answer in answers})
    return {review.pk: answer_queries.ReviewFrame(review) for review in reviews}


def _by_answer(queryset: QuerySet[Any], within: list[int]) -> Mapping[int, list[Any]]:
    grouped: defaultdict[int, list[Any]] = defaultdict(list)
    row: Model
    for row in queryset.filter(answer__in=within):
        grouped[row.answer_id].append(row)  # type: ignore[attr-defined]  # each of them hangs on an answer
    return grouped


def _authors(parts: AnswerParts) -> list[User]:
    answer = parts.answer
    rows: list[Any] = [*parts.ticks.values(), *parts.values.values()]
    found = [answer.rating_by, answer.text_by, *(row.by for row in rows), *(piece.added_by for piece in parts.evidence)]
    return [person for person in found if person is not None]


def _is_among(identity: UUID, parts: AnswerParts) -> bool:
    return any(person.identity == identity for person in _authors(parts))
