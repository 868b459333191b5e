"""What ends: a sign-off that is void, and with an answer all that rests on it, in the same transaction.

The two go together: what served an item serves it no longer, so the sign-off that rested on it is void; and where a
sign-off is void, whatever rests on its answer ends (docs/adr/0006).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db.models import F

from portal import audit, clock, notifications
from portal.audit import Fact
from portal.errors import DomainError
from portal.models import User
from portal.permissions import Access
from readiness import verbs
from readiness.actions import answer_heads, status, whereabouts
from readiness.choices import PointState, ReviewState
from readiness.models import AnswerReference, Evidence, ItemAnswer, SignOffVoid
from readiness.queries import answer_rows, contributions, wording
from readiness.queries.review_frame import ReviewFrame


def void(access: Access | None, answer: ItemAnswer, reason: str) -> SignOffVoid:
    """Ends the sign-off that stands on an answer, in the caller's transaction. Raises DomainError when none does.

    One that was carried here ends here alone: where it comes from, it stands.
    """
    signoff, carried = answer.signoff, answer.carried
    opened = ItemAnswer.objects.filter(pk=answer.pk, signoff=signoff, signoff__isnull=False, round=answer.round).update(
        signoff=None, carried=None, signoff_asked_at=None, round=F("round") + 1
    )
    if signoff is None or not opened:
        raise DomainError("No sign-off stands on this item.")
    status.refresh(answer.review.service)
    facts = {
        **whereabouts.of(answer),
        "round": answer.round,
        "digest": answer.sealed_digest,
        "signoff": str(signoff.public_id),
    }
    scope = answer.review.service.scope
    event = audit.record(access, verbs.SIGNOFF_VOIDED, answer, scope=scope, facts=facts, texts={"reason": reason})
    ended = SignOffVoid.objects.create(
        signoff=None if carried else signoff,
        carried=carried,
        reason=reason,
        voided_by=access.person if access else None,
        voided_at=event.at,
        event=event,
    )
    _tell_of_the_void(access, answer, ended, signoff.person)
    if getattr(answer, "may_serve", True):
        source_ended(access, [answer], f"The sign-off it rested on is void: {reason}")
    return ended


def _tell_of_the_void(access: Access | None, answer: ItemAnswer, ended: SignOffVoid, signer: User) -> None:
    """Who signed, and who answered what has to be signed anew (product.md, Reminders); each once."""
    words = f"on {whereabouts.in_words(answer)} is void: {ended.reason}"
    answered = [person for person in contributions.people_of(answer) if person.pk != signer.pk]
    for people, whose in (([signer], "Your sign-off"), (answered, f"{signer.name}’s sign-off")):
        notifications.notify(
            people,
            kind="signoff-voided",
            key=f"void-{ended.public_id}",
            subject=f"{whose} {words}",
            url=answer.get_absolute_url(),
            scope=answer.review.service.scope,
            by=access,
        )


def source_ended(access: Access | None, sources: Iterable[ItemAnswer], reason: str) -> None:
    """In the caller's transaction, once these answers say something else or count no longer: what rests on them ends.

    A closed review keeps what it said.
    """
    standing = AnswerReference.objects.current().filter(source__in=[one.pk for one in sources])
    end(access, list(standing.filter(answer__review__state=ReviewState.OPEN)), reason)


def changed(answer: ItemAnswer) -> str:
    """The reason where an answer that serves others says something else."""
    return f"{wording.named(answer.item_key)}, which it rested on, changed in review {answer.review.number}"


def left_out(answer: ItemAnswer) -> str:
    """The reason where an answer that serves others applies no longer."""
    return f"{wording.named(answer.item_key)}, which it rested on, does not apply any more"


def end(access: Access | None, references: Sequence[AnswerReference], reason: str) -> None:
    """Ends references, answer by answer: the sign-off that rested on them, what they gave, and what rests on that."""
    reason = reason[:300]
    for pk in sorted({one.answer_id for one in references}):
        own = [one for one in references if one.answer_id == pk]
        related = ("review__service__scope__team", "review__template_version", "review__release", "signoff__person")
        answer = ItemAnswer.objects.select_related(*related, "carried").select_for_update(of=("self",)).get(pk=pk)
        status.hold(answer.review.service)
        if answer.is_signed:
            void(access, answer, reason)
            answer.refresh_from_db(fields=["signoff", "carried", "round", "signoff_asked_at"])
        _take_away(access, answer, own, reason)
        status.refresh(answer.review.service)
        source_ended(access, [answer], changed(answer))


def _take_away(access: Access | None, answer: ItemAnswer, ended: Sequence[AnswerReference], reason: str) -> None:
    frame, now = ReviewFrame(answer.review), clock.now()
    parts = answer_rows.of(answer, frame)
    whole = any(not one.points for one in ended)
    gone = {number for one in ended for number in one.points} if not whole else set(parts.ticks)
    for number in gone & set(parts.ticks):
        tick = parts.ticks[number]
        tick.state, tick.reason, tick.version = PointState.OPEN, "", tick.version + 1
    copies = [piece for piece in parts.evidence if whole and piece.copied_from_id and _of(piece, ended)]
    if whole:
        answer.rating, answer.rating_by, answer.rating_at = "", None, None
        answer.text, answer.text_by, answer.text_at = "", None, None
        answer.rating_version, answer.text_version = answer.rating_version + 1, answer.text_version + 1
    rest = replace(
        parts,
        evidence=[piece for piece in parts.evidence if piece not in copies],
        references=[one for one in parts.references if one.pk not in {end.pk for end in ended}],
    )
    content, scope = answer_heads.renew(rest, frame), answer.review.service.scope
    facts: dict[str, Fact] = {
        "service": answer.review.service.slug,
        "review": answer.review.number,
        "acts": [str(one.public_id) for one in ended],
        "items": [answer.item_key] * len(ended),
        "digests": [content.digest] * len(ended),
    }
    event = audit.record(access, verbs.COVERING_ENDED, answer, scope=scope, facts=facts, texts={"reason": reason})
    AnswerReference.objects.filter(pk__in=[one.pk for one in ended]).update(
        ended_at=now, ended_reason=reason, ended_event=event
    )
    Evidence.objects.filter(pk__in=[piece.pk for piece in copies]).update(
        withdrawn_at=now, withdrawn_by=access.person if access else None, withdrawn_reason=reason
    )
    answer_heads.save_all(access, [rest], {answer.pk: content}, event)
    notifications.notify(
        {one.used_by for one in ended},
        kind="covering-ended",
        key=f"uncovered-{event.number}",
        subject=f"{whereabouts.in_words(answer)} no longer rests on another answer: {reason}",
        url=answer.get_absolute_url(),
        scope=scope,
        by=access,
    )


def _of(piece: Evidence, ended: Sequence[AnswerReference]) -> bool:
    source = piece.copied_from
    return source is not None and source.answer_id in {one.source_id for one in ended}
