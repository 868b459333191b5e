"""Sign-offs: asking, granting, returning, and the reopening that makes one void."""

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from portal import audit, clock, notifications, permissions
from portal.errors import Conflict, DomainError, ProofNeeded
from portal.identity import Proof
from portal.models import AuditEvent, User
from portal.permissions import Access, Capability
from readiness import verbs
from readiness.actions import answer_locks, ending, proofs, status, whereabouts
from readiness.models import ItemAnswer, Review, SignOff, SignOffReturn, SignOffVoid
from readiness.queries import answer_rows, contributions
from readiness.queries import answers as answer_queries
from readiness.queries import signers as signer_queries
from readiness.queries.review_frame import ReviewFrame
from readiness.rules import answering, signing, signoffs


def ask(access: Access, *, answer: ItemAnswer, of: Collection[User] = ()) -> None:
    """Asks for a sign-off: the approvers named in `of` are told, else all who may give it (product.md, Reminders).

    Each is told once a round, and once more after each return. Raises DomainError for a name that cannot sign it.
    """
    with transaction.atomic():
        answer = answer_locks.locked(answer)
        scope = answer.review.service.scope
        permissions.require(access, Capability.REVIEW_ANSWER, scope)
        answer_locks.refuse_unless_open(answer, ReviewFrame(answer.review))
        signers = signer_queries.of(answer)
        if others := [person.name for person in of if person not in signers]:
            raise DomainError.of({"of": [f"{', '.join(others)} cannot sign it."]})
        ItemAnswer.objects.filter(pk=answer.pk).update(signoff_asked_at=clock.now(), returned=None)
        answer.signoff_asked_of.set(of)
        status.refresh(answer.review.service)
        facts = {**whereabouts.of(answer), "of": [str(person.public_id) for person in of]}
        audit.record(access, verbs.SIGNOFF_ASKED, answer, scope=scope, facts=facts)
        _tell_signers(access, answer, of or signers)


def grant(
    access: Access,
    *,
    answer: ItemAnswer,
    digest: str,
    proof: Proof | None,
    last_signed_at: datetime.datetime | None = None,
    note: str = "",
) -> SignOff:
    """Signs the content with this `digest`, the one the person saw.

    `proof` and `last_signed_at` say whether the person's signing session runs (rules.signing). Raises ProofNeeded when
    it does not, Conflict when the item has changed since it was shown, DomainError when this person cannot sign it.
    """
    now = clock.now()
    proof, note = _in_session(proof, last_signed_at, now), _said(note)
    with transaction.atomic():
        answer = answer_locks.locked(answer)
        permissions.require(access, Capability.SIGNOFF_GRANT, answer.review.service.scope)
        _refuse(access, answer, digest)
        status.hold(answer.review.service)
        return _sign(access, [answer], proof, now, note)[0]


@dataclass(frozen=True)
class Signed:
    """What became of one item of several: its sign-off, or the sentence why there is none."""

    answer: ItemAnswer
    signoff: SignOff | None = None
    refusal: str = ""


def grant_several(
    access: Access,
    *,
    review: Review,
    digests: Mapping[str, str],
    proof: Proof | None,
    last_signed_at: datetime.datetime | None = None,
    note: str = "",
) -> list[Signed]:
    """Signs several items of one review as one act with a list; a line for each, in the order of the checklist.

    `digests` maps the key of an item to the digest of the content that the person saw. What cannot be signed is left
    out with its reason; the rest stands under one event. Raises ProofNeeded without a running signing session, and
    DomainError where nothing is chosen.
    """
    now = clock.now()
    proof, note = _in_session(proof, last_signed_at, now), _said(note)
    if not digests:
        raise DomainError.of({"items": ["Choose at least one item."]})
    with transaction.atomic():
        permissions.require(access, Capability.SIGNOFF_GRANT, review.service.scope)
        chosen = review.answers.filter(item_key__in=digests).values_list("pk", flat=True)
        held = answer_locks.locked_all(list(chosen))
        lines = [_examined(access, answer, digests[answer.item_key]) for answer in held]
        standing = [line.answer for line in lines if not line.refusal]
        if not standing:
            return lines
        status.hold(review.service)
        signatures = {row.answer_id: row for row in _sign(access, standing, proof, now, note)}
    return [Signed(line.answer, signatures.get(line.answer.pk), line.refusal) for line in lines]


def _in_session(proof: Proof | None, last_signed_at: datetime.datetime | None, now: datetime.datetime) -> Proof:
    if proof is None or not signing.may_sign(proof.at, last_signed_at, now):
        raise ProofNeeded("Prove who you are once more: your password opens a signing session.")
    return proof


def _said(note: str) -> str:
    note = note.strip()
    if errors := answering.text_refusals(note, answering.LONGEST_NOTE, "note"):
        raise DomainError.of(errors)
    return note


def _examined(access: Access, answer: ItemAnswer, digest: str) -> Signed:
    try:
        _refuse(access, answer, digest)
    except DomainError as refusal:
        return Signed(answer, refusal=refusal.message)
    return Signed(answer)


def reopen(access: Access, *, answer: ItemAnswer, reason: str) -> SignOffVoid:
    """Opens a signed item again: its sign-off is void from this moment, in the same transaction."""
    reason = reason.strip()
    if errors := answering.reason_refusals(reason, "Say why it is reopened."):
        raise DomainError.of(errors)
    with transaction.atomic():
        answer = answer_locks.locked(answer)
        scope = answer.review.service.scope
        if not access.can(Capability.SIGNOFF_GRANT, scope.team_id):
            permissions.require(access, Capability.REVIEW_ANSWER, scope)
        answer_locks.refuse_unless_open(answer, ReviewFrame(answer.review), signed_ok=True)
        return ending.void(access, answer, reason)


def give_back(access: Access, *, answer: ItemAnswer, reason: str) -> SignOffReturn:
    """Returns an item to those who answered it, with a reason, instead of signing it."""
    reason = reason.strip()
    if errors := answering.reason_refusals(reason, "Say what is missing."):
        raise DomainError.of(errors)
    with transaction.atomic():
        answer = answer_locks.locked(answer)
        scope = answer.review.service.scope
        permissions.require(access, Capability.SIGNOFF_GRANT, scope)
        answer_locks.refuse_unless_open(answer, ReviewFrame(answer.review))
        status.hold(answer.review.service)
        facts = {**whereabouts.of(answer), "round": answer.round}
        event = audit.record(access, verbs.SIGNOFF_RETURNED, answer, scope=scope, facts=facts, texts={"reason": reason})
        returned = SignOffReturn.objects.create(
            answer=answer,
            round=answer.round,
            returned_by=access.person,
            returned_at=event.at,
            reason=reason,
            event=event,
        )
        ItemAnswer.objects.filter(pk=answer.pk).update(returned=returned, signoff_asked_at=None)
        status.refresh(answer.review.service)
        notifications.notify(
            contributions.people_of(answer),
            kind="signoff-returned",
            key=f"return-{returned.public_id}",
            subject=f"{access.person.name} returned {whereabouts.in_words(answer)}: {reason}",
            url=answer.get_absolute_url(),
            scope=scope,
            by=access,
        )
    return returned


def _refuse(access: Access, answer: ItemAnswer, digest: str) -> None:
    if answer.content_digest != digest and answer.signoff_id is None:
        raise Conflict("It has changed since you opened it. Read it again, then sign.")
    facts = signoffs.SignOffFacts(
        state=answer.state,
        signed=answer.signoff_id is not None,
        closed=answer_queries.closed(answer, ReviewFrame(answer.review)),
        contributions=_contributions(answer),
        signer=access.person.identity,
    )
    if reasons := signoffs.refusals(facts):
        raise DomainError(" ".join(reasons))


def _sign(
    access: Access, signed: Sequence[ItemAnswer], proof: Proof, now: datetime.datetime, note: str
) -> list[SignOff]:
    """One act over answers of one review, checked and locked by the caller: one event that lists them, a row each."""
    signatures = [_signature(access, answer, proof, now, note) for answer in signed]
    event = _recorded(access, signed, signatures, note)
    try:
        with transaction.atomic():
            for signature in signatures:
                signature.event = event
                signature.save(force_insert=True)
    except IntegrityError as clash:
        raise DomainError("It is signed already, or you contributed to it.") from clash
    for answer, signature in zip(signed, signatures, strict=True):
        _stand(answer, signature)
    status.refresh(signed[0].review.service)
    return signatures


def _signature(access: Access, answer: ItemAnswer, proof: Proof, now: datetime.datetime, note: str) -> SignOff:
    return SignOff(
        answer=answer,
        round=answer.round,
        person=access.person,
        content_digest=answer.content_digest,
        template_digest=answer.review.template_version.digest,
        note=note,
        signed_at=now,
        **proofs.signature(signing.SIGNOFF_MEANING, proof),
    )


def _recorded(access: Access, signed: Sequence[ItemAnswer], signatures: Sequence[SignOff], note: str) -> AuditEvent:
    """The event of one act: on the answer where it is one, else on their review."""
    review = signed[0].review
    facts: dict[str, audit.Fact] = {
        "service": review.service.slug,
        "review": review.number,
        "acts": [str(signature.public_id) for signature in signatures],
        "items": [answer.item_key for answer in signed],
        "rounds": [answer.round for answer in signed],
        "digests": [answer.content_digest for answer in signed],
        "meaning_version": signing.SIGNOFF_MEANING,
        "method": signatures[0].proof_method,
    }
    target = signed[0] if len(signed) == 1 else review
    return audit.record(
        access, verbs.SIGNOFF_GRANTED, target, scope=review.service.scope, facts=facts, texts={"note": note}
    )


def _stand(answer: ItemAnswer, signature: SignOff) -> None:
    stands = ItemAnswer.objects.filter(
        pk=answer.pk, signoff__isnull=True, round=answer.round, content_digest=answer.content_digest
    ).update(signoff=signature, returned=None)
    if not stands:
        raise Conflict("It has changed at the same moment. Read it again, then sign.")


def _tell_signers(access: Access, answer: ItemAnswer, signers: Collection[User]) -> None:
    notifications.notify(
        signers,
        kind="signoff-asked",
        key=f"ask-{answer.public_id}-{answer.round}-{answer.returns.count()}",
        subject=f"{access.person.name} asks for your sign-off on {whereabouts.in_words(answer)}",
        url=answer.get_absolute_url(),
        scope=answer.review.service.scope,
    )


def _contributions(answer: ItemAnswer) -> Sequence[signoffs.Contribution]:
    return contributions.to(answer_rows.of(answer, ReviewFrame(answer.review)))
