"""Answers carried into the next review, and answers that serve others: as rows with their events, no rule before them.

The smallest act that leaves the record whole: one event for all that is carried, one for all sign-offs that hold on.
"""

import uuid
from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction

from portal import audit, clock, revisions
from portal.models import AuditEvent
from portal.permissions import Access
from readiness import verbs
from readiness.choices import PointState
from readiness.models import (
    AnswerReference,
    AnswerRevision,
    CarriedAnswer,
    CarriedSignOff,
    Evidence,
    ItemAnswer,
    PointTick,
    Review,
)
from readiness.queries import answers as answer_queries
from readiness.queries.answers import AnswerParts, ReviewFrame
from readiness.rules.answers import AnswerContent
from tests.factories import reviews

HEAD = ("rating", "rating_by", "rating_at", "rating_version", "text", "text_by", "text_at", "text_version")


@transaction.atomic
def carry(by: Access, source: Review, target: Review, keys: Collection[str], *, signed: bool = True) -> None:
    """Items of one review into another of the same service, with their sign-offs unless told otherwise."""
    pairs = [(reviews.answer(source, key), reviews.answer(target, key)) for key in keys]
    drafts = [_copied(there, here) for there, here in pairs]
    rows = [
        CarriedAnswer(
            answer=here, source=there, source_digest=there.content_digest, kept="signed" if signed else "draft"
        )
        for there, here in pairs
    ]
    event = _record(
        by,
        verbs.ANSWERS_CARRIED,
        target,
        rows,
        source=source.number,
        kept=[row.kept for row in rows],
        digests=[content.digest for _, content in drafts],
        source_digests=[row.source_digest for row in rows],
    )
    for (parts, content), row in zip(drafts, rows, strict=True):
        _keep(by, parts, content, event)
        row.event = event
        row.save()
    if signed:
        seal(by, target, pairs)


@transaction.atomic
def use(by: Access, source: ItemAnswer, target: ItemAnswer, points: Collection[int] = ()) -> AnswerReference:
    """An answer elsewhere serves this one, whole with its sign-off, or in some points."""
    reference = AnswerReference(
        answer=target,
        source=source,
        points=list(points),
        source_digest=source.content_digest,
        used_by=by.person,
        used_at=clock.now(),
    )
    parts, content = _copied(source, target, reference)
    facts = {"sources": [source.item_key], "digests": [content.digest], "source_digests": [source.content_digest]}
    event = _record(by, verbs.ANSWER_COVERED, target.review, [reference], **facts)
    reference.event = event
    reference.save()
    _keep(by, parts, content, event)
    if source.is_signed and not points:
        seal(by, target.review, [(source, target)], reference)
    return reference


@transaction.atomic
def end(by: Access, reference: AnswerReference, reason: str) -> None:
    """Takes a reference back; the answer then no longer rests on it."""
    answer = reviews.answer(reference.answer.review, reference.answer.item_key)
    parts = answer_queries.parts(answer, ReviewFrame(answer.review))
    others = [one for one in parts.references if one.pk != reference.pk]
    content = answer_queries.content(AnswerParts(**{**vars(parts), "references": others}), ReviewFrame(answer.review))
    facts: dict[str, Any] = {"digests": [content.digest]}
    event = _record(by, verbs.COVERING_ENDED, answer.review, [reference], texts={"reason": reason}, **facts)
    AnswerReference.objects.filter(pk=reference.pk).update(ended_at=event.at, ended_reason=reason, ended_event=event)
    _keep(by, AnswerParts(answer, {}, {}, [], []), content, event)


@transaction.atomic
def seal(
    by: Access,
    target: Review,
    pairs: Iterable[tuple[ItemAnswer, ItemAnswer]],
    reference: AnswerReference | None = None,
    **changed: Any,
) -> list[CarriedSignOff]:
    """Lets the sign-offs that stand on the first of each pair hold for the second; `changed` sets columns wrong."""
    pairs = [(there, ItemAnswer.objects.get(pk=here.pk)) for there, here in pairs]
    rows = [
        CarriedSignOff(
            **{
                "answer": here,
                "round": here.round,
                "signoff": there.signoff,
                "source": there,
                "source_digest": there.sealed_digest,
                "content_digest": here.content_digest,
                "reference": reference,
                "carried_at": clock.now(),
                **changed,
            }
        )
        for there, here in pairs
    ]
    event = _record(
        by,
        verbs.SIGNOFF_CARRIED,
        target,
        rows,
        rounds=[row.round for row in rows],
        digests=[row.content_digest for row in rows],
        source_digests=[row.source_digest for row in rows],
        signoffs=[str(row.signoff.public_id) for row in rows],
    )
    for row in rows:
        row.event = event
        row.save()
        ItemAnswer.objects.filter(pk=row.answer_id).update(signoff=row.signoff, carried=row)
    return rows


def _copied(
    there: ItemAnswer, here: ItemAnswer, reference: AnswerReference | None = None
) -> tuple[AnswerParts, AnswerContent]:
    """The rows of one answer for another, with their authors, not saved yet; and what that one then says."""
    frame, points = ReviewFrame(here.review), reference.points if reference else []
    if not points:
        for name in HEAD:
            setattr(here, name, getattr(there, name))
    parts = AnswerParts(
        answer=here,
        ticks={tick.number: tick for tick in _ticks(there, here, frame, reference)},
        values={} if points else {value.name: new(value, answer=here) for value in there.values.all()},
        evidence=[] if points else [_copy(piece, here) for piece in there.evidence.filter(withdrawn_at__isnull=True)],
        waivers=[],
        references=[reference] if reference else [],
    )
    here.state = answer_queries.outcome(parts, frame).state
    return parts, answer_queries.content(parts, frame)


def _ticks(
    there: ItemAnswer, here: ItemAnswer, frame: ReviewFrame, reference: AnswerReference | None
) -> Iterable[PointTick]:
    if reference is None:
        yield from (new(tick, answer=here) for tick in there.ticks.all())
        return
    asked = answer_queries.applicable_points(frame.items[here.item_key], frame.service)
    for number in reference.points or [point.number for point in asked]:
        yield PointTick(
            answer=here, number=number, state=PointState.TICKED, by=there.rating_by, at=there.rating_at or clock.now()
        )


def _copy(piece: Evidence, here: ItemAnswer) -> Evidence:
    return new(piece, answer=here, copied_from=piece, public_id=uuid.uuid4())


def new(row: Any, **changed: Any) -> Any:
    """A row like this one, not saved yet, with other values in some columns."""
    fields = {field.name: getattr(row, field.name) for field in row._meta.concrete_fields if field.name != "id"}
    return type(row)(**{**fields, **changed})


def _record(
    by: Access, verb: audit.Verb, review: Review, rows: Iterable[Any], texts: dict[str, str] | None = None, **facts: Any
) -> AuditEvent:
    listed = list(rows)
    facts |= {
        "service": review.service.slug,
        "review": review.number,
        "acts": [str(row.public_id) for row in listed],
        "items": [row.answer.item_key for row in listed],
    }
    return audit.record(by, verb, review, scope=review.service.scope, facts=facts, texts=texts)


def _keep(by: Access, parts: AnswerParts, content: AnswerContent, event: AuditEvent) -> None:
    answer = parts.answer
    answer.content_digest, answer.revision = content.digest, answer.revision + 1
    answer.save()
    for piece in parts.evidence:
        piece.copied_event = event
    for row in [*parts.ticks.values(), *parts.values.values(), *parts.evidence]:
        row.save()
    revisions.add(AnswerRevision, answer, content.plain(), event, by)
