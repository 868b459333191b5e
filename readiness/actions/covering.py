"""“Use it”: an answer of another current review serves an item, whole or in some points, until it changes.

What serves an item keeps its authors: who wrote it there cannot sign it here. A sign-off on what serves the whole item
holds here too (docs/adr/0006). When the source changes, is reopened or given up, all that rested on it ends with it, in
the same transaction.
"""

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction

from portal import audit, clock, permissions
from portal.audit import Entry, Fact
from portal.errors import DomainError
from portal.permissions import Access, Capability
from readiness import verbs
from readiness.actions import answer_heads, answer_locks, carrying, ending, status
from readiness.choices import PointState
from readiness.models import AnswerReference, CarriedSignOff, Evidence, ItemAnswer, PointTick, Review
from readiness.queries import answer_parts, contributions, covering
from readiness.queries import answers as answer_queries
from readiness.queries.answer_rows import AnswerParts
from readiness.queries.covering import Offer
from readiness.queries.review_frame import ReviewFrame
from readiness.rules import answering

TAKEN_BACK = "It is answered here again"
REASON_MISSING = "Say why it is answered here again."


def use(access: Access, *, answer: ItemAnswer) -> int:
    """Takes what is on offer for one item. Raises DomainError when nothing is any more. Returns how many answers."""
    return _use(access, answer.review, [answer])


def use_all(access: Access, *, review: Review) -> int:
    """Takes everything on offer for a review, in one act with a list."""
    return _use(access, review, None)


def stop(access: Access, *, answer: ItemAnswer, reason: str = "") -> None:
    """Answers an item here again: what served it serves it no longer.

    Where a sign-off stands on it, it ends with that, so a `reason` is asked for as when an item is reopened
    (product.md, Sign-off). Raises DomainError at `reason` without one.
    """
    reason = reason.strip()
    with transaction.atomic():
        answer = answer_locks.locked(answer)
        permissions.require(access, Capability.REVIEW_ANSWER, answer.review.service.scope)
        answer_locks.refuse_unless_open(answer, ReviewFrame(answer.review), signed_ok=True)
        resting = list(AnswerReference.objects.current().filter(answer=answer))
        if not resting:
            return
        if (reason or answer.is_signed) and (errors := answering.reason_refusals(reason, REASON_MISSING)):
            raise DomainError.of(errors)
        ending.end(access, resting, reason or TAKEN_BACK)


def _use(access: Access, review: Review, only: Sequence[ItemAnswer] | None) -> int:
    with transaction.atomic():
        permissions.require(access, Capability.REVIEW_ANSWER, review.service.scope)
        before = _asked(review, only)
        sources = {source.pk for source in covering.elsewhere(review, before).sources}
        review = answer_locks.hold_review(review, sources)
        frame, found = ReviewFrame(review), _asked(review, only)
        parts = answer_parts.of(found)
        # What came on offer while this waited is not locked: it is offered the next time.
        elsewhere = covering.elsewhere(review, found).among(sources)
        ticks = covering.ticks_of([*found, *elsewhere.sources])
        offers = covering.offers(found, elsewhere, ticks, frame)
        offered = [offer for some in offers.values() for offer in some]
        if not offered:
            raise DomainError("Nothing is on offer here any more.")
        status.hold(review.service)
        _take(access, review, frame, parts, _once(offered))
        status.refresh(review.service)
        return len(offered)


def _asked(review: Review, only: Sequence[ItemAnswer] | None) -> list[ItemAnswer]:
    """The answers to be served, as they are now."""
    rows = review.answers.filter(applies=True).order_by("pk")
    found = list(rows if only is None else rows.filter(pk__in=[one.pk for one in only]))
    for answer in found:
        answer.review = review
    return found


def _once(offered: Sequence[Offer]) -> list[Offer]:
    """One answer serves a whole item; several may serve points of one."""
    whole: set[int] = set()
    kept = []
    for offer in sorted(offered, key=lambda one: bool(one.points)):
        if offer.answer.pk in whole:
            continue
        if not offer.points:
            whole.add(offer.answer.pk)
        kept.append(offer)
    return kept


def _take(
    access: Access, review: Review, frame: ReviewFrame, parts: dict[int, AnswerParts], offered: Sequence[Offer]
) -> None:
    references, pieces = [], []
    own_before = {pk: _has_own(own) for pk, own in parts.items()}
    for offer in offered:
        reference = AnswerReference(
            answer=offer.answer,
            source=offer.source,
            points=list(offer.points),
            source_points=list(offer.source_points),
            source_digest=offer.source.content_digest,
            used_by=access.person,
            used_at=clock.now(),
        )
        references.append(reference)
        copies = (
            []
            if offer.points
            else [
                carrying.copied_piece(piece, offer.answer) for piece in offer.source.evidence.filter(withdrawn_at=None)
            ]
        )
        pieces += copies
        parts[offer.answer.pk] = _served(parts[offer.answer.pk], reference, copies, frame)
    touched = {one.answer.pk: parts[one.answer.pk] for one in references}
    contents = {pk: answer_heads.renew(own, frame) for pk, own in touched.items()}
    facts: dict[str, Fact] = {
        **carrying.listed(review, references),
        "sources": [one.source.item_key for one in references],
        "digests": [contents[one.answer.pk].digest for one in references],
        "source_digests": [one.source_digest for one in references],
    }
    seals = [
        _seal(one, contents[one.answer.pk].digest)
        for one in references
        if _brings_its_signoff(one, touched[one.answer.pk], own_before[one.answer.pk])
    ]
    scope = review.service.scope
    entries = [Entry(verbs.ANSWER_COVERED, review, scope, facts)]
    if seals:
        entries.append(Entry(verbs.SIGNOFF_CARRIED, review, scope, carrying.seal_facts(review, seals)))
    events = audit.record_all(access, entries)
    for one in references:
        one.event = events[0]
    for piece in pieces:
        piece.copied_event = events[0]
    AnswerReference.objects.bulk_create(references)
    Evidence.objects.bulk_create(pieces)
    answer_heads.save_all(access, touched.values(), contents, events[0])
    if seals:
        carrying.stand(seals, events[1])


def _has_own(parts: AnswerParts) -> bool:
    """Whether evidence or numbers stand there already, which the signer of another answer never saw."""
    return bool(parts.evidence) or any(value.value for value in parts.values.values())


def _served(own: AnswerParts, reference: AnswerReference, copies: list[Evidence], frame: ReviewFrame) -> AnswerParts:
    """What an answer says once the reference serves it; by the hand that rated the source."""
    answer, source = own.answer, reference.source
    asked = {point.number for point in answer_queries.applicable_points(frame.items[answer.item_key], frame.service)}
    ticks = dict(own.ticks)
    for number in sorted(asked & set(reference.points) if reference.points else asked):
        tick = ticks.get(number) or PointTick(answer=answer, number=number, version=0)
        tick.state, tick.reason = PointState.TICKED, ""
        if source.rating_by and source.rating_at:
            tick.by, tick.at = source.rating_by, source.rating_at
        tick.version += 1
        ticks[number] = tick
    if not reference.points:
        for name in ("rating", "rating_by", "rating_at", "text", "text_by", "text_at"):
            setattr(answer, name, getattr(source, name))
        answer.rating_version, answer.text_version = answer.rating_version + 1, answer.text_version + 1
    return replace(own, ticks=ticks, evidence=[*own.evidence, *copies], references=[*own.references, reference])


def _brings_its_signoff(reference: AnswerReference, own: AnswerParts, had_own: bool) -> bool:
    """Whether the sign-off on the source speaks for the whole item: nothing else stands there, and four eyes hold."""
    source = reference.source
    if reference.points or had_own or source.signoff is None or not source.is_signed_for(source.content_digest):
        return False
    if len(own.references) > 1:
        return False
    return source.signoff.person.identity not in {one.identity for one in contributions.to(own)}


def _seal(reference: AnswerReference, digest: str) -> CarriedSignOff:
    source = reference.source
    return CarriedSignOff(
        answer=reference.answer,
        round=reference.answer.round,
        signoff=source.signoff,
        source=source,
        source_digest=source.sealed_digest,
        content_digest=digest,
        reference=reference,
        carried_at=clock.now(),
    )
