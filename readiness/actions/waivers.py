"""Waivers: asking for one (a renewal is one too), approving, refusing, withdrawing and revoking it.

Nothing is written when one lapses: the day does it, and what counts it anew is `actions.applicability`.
"""

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from portal import access as portal_access
from portal import audit, canonical, clock, notifications, permissions
from portal.audit import Verb
from portal.errors import Conflict, DomainError, NotPermitted, ProofNeeded
from portal.identity import Proof
from portal.models import User
from portal.permissions import Access, Capability
from readiness import verbs
from readiness.actions import answer_locks, applicability, proofs, status, waiver_reminders
from readiness.models import ItemAnswer, Waiver, WaiverRevocation, WaiverSettlement
from readiness.queries import waivers as waiver_queries
from readiness.queries import wording
from readiness.queries.review_frame import ReviewFrame
from readiness.rules import answering, signing
from readiness.rules import waivers as rules
from readiness.rules.waivers import Wanted

Verdict = WaiverSettlement.Verdict


def request(access: Access, *, answer: ItemAnswer, wanted: Wanted) -> Waiver:
    """Asks for a waiver of an item. Where one was approved before, lapsed or not, it is a renewal of that.

    Raises DomainError at `reason`, `control` or `expires_on`, or for the item as a whole; Conflict when somebody else
    asked at the same moment.
    """
    wanted = rules.tidied(wanted)
    with transaction.atomic():
        answer = answer_locks.locked(answer)
        service = answer.review.service
        permissions.require(access, Capability.WAIVER_REQUEST, service.scope)
        _refuse_asking(answer)
        renewed = waiver_queries.to_renew(service, answer.item_key)
        today = clock.today_in(service.team.time_zone)
        errors = rules.wanted_refusals(wanted, today, renewed.expires_on if renewed else None)
        if errors or wanted.expires_on is None:
            raise DomainError.of(errors)
        asked = _asked(access, answer, wanted, wanted.expires_on, renewed)
        _tell_approvers(access, asked)
    return asked


def approve(
    access: Access,
    *,
    waiver: Waiver,
    digest: str,
    proof: Proof | None,
    last_signed_at: datetime.datetime | None = None,
    note: str = "",
) -> WaiverSettlement:
    """Accepts, with a signature over what was asked for, that the item is not met until the day named.

    `digest` is that of the request the person saw. A critical item needs a proof under 5 minutes old, any other a
    running signing session (`rules.signing`): ProofNeeded where there is none. Raises NotPermitted for who holds no
    role for it, Conflict when somebody was faster, DomainError for any other reason.
    """
    now, note = clock.now(), note.strip()
    if errors := answering.text_refusals(note, answering.LONGEST_NOTE, "note"):
        raise DomainError.of(errors)
    with transaction.atomic():
        waiver = _held(waiver)
        _refuse_role(access, waiver)
        _refuse(rules.approving_refusal(_request(waiver), _person(access, waiver), _today(waiver)))
        _refuse_another(waiver, digest)
        settled = _settle(access, waiver, Verdict.APPROVED, note, _proven(waiver, proof, last_signed_at, now))
        waiver_reminders.follow(waiver, settled.at)
        _count(waiver)
    return settled


def refuse(access: Access, *, waiver: Waiver, reason: str, digest: str = "") -> WaiverSettlement:
    """Says no to a request, with a reason; `digest`, where given, is that of the request the person read."""
    reason = _reason(reason, "Say why it is refused.")
    with transaction.atomic():
        waiver = _held(waiver)
        _refuse_role(access, waiver)
        _refuse(rules.settling_refusal(_request(waiver), _person(access, waiver)))
        _refuse_another(waiver, digest or waiver.content_digest)
        return _settle(access, waiver, Verdict.REFUSED, reason)


def withdraw(access: Access, *, waiver: Waiver, reason: str = "", digest: str = "") -> WaiverSettlement:
    """Takes one's own request back before somebody has answered it; `digest` as in `refuse`."""
    reason = _reason(reason) if reason.strip() else ""
    with transaction.atomic():
        waiver = _held(waiver)
        permissions.require_writing(access)
        _refuse(rules.withdrawing_refusal(_request(waiver), _person(access, waiver)))
        _refuse_another(waiver, digest or waiver.content_digest)
        return _settle(access, waiver, Verdict.WITHDRAWN, reason)


def revoke(access: Access, *, waiver: Waiver, reason: str) -> WaiverRevocation:
    """Ends a waiver before its last day: from this moment the item counts as what it is."""
    reason = _reason(reason, "Say why it ends now.")
    with transaction.atomic():
        waiver = _held(waiver)
        permissions.require_writing(access)
        request, person = _request(waiver), _person(access, waiver)
        if request.asked_by != person.identity:
            _refuse_role(access, waiver)
        _refuse(rules.revoking_refusal(request, person))
        ended = _end(access, waiver, reason)
        waiver_reminders.end(waiver)
        _count(waiver)
    return ended


def _refuse_asking(answer: ItemAnswer) -> None:
    frame, service = ReviewFrame(answer.review), answer.review.service
    waiting = waiver_queries.open_requests(service).get(answer.item_key)
    _refuse(
        rules.asking_refusal(waiver_queries.asking(answer, frame, waiver_queries.state_now(answer, frame), waiting))
    )


def _asked(
    access: Access, answer: ItemAnswer, wanted: Wanted, expires_on: datetime.date, renewed: Waiver | None
) -> Waiver:
    """The row and its event. The database lets one of two who ask at the same moment."""
    service = answer.review.service
    asked = Waiver(
        public_id=uuid.uuid4(),
        service=service,
        item_key=answer.item_key,
        critical=answer.critical,
        sequence=waiver_queries.next_sequence(service, answer.item_key),
        asked_on=answer,
        reason=wanted.reason,
        compensating_control=wanted.control,
        expires_on=expires_on,
        asked_by=access.person,
        asked_at=clock.now(),
    )
    asked.follow(renewed)
    asked.content_digest = canonical.digest(asked.governed_content())
    facts: dict[str, audit.Fact] = {
        **_facts(asked),
        "review": answer.review.number,
        "digest": asked.content_digest,
        "sequence": asked.sequence,
        "renewals": asked.renewals,
        "expires_on": str(expires_on),
    }
    said = {"reason": wanted.reason, "control": wanted.control}
    asked.event = audit.record(access, verbs.WAIVER_ASKED, asked, scope=service.scope, facts=facts, texts=said)
    try:
        with transaction.atomic():
            asked.save(force_insert=True)
    except IntegrityError as clash:
        raise Conflict("Somebody else asked for a waiver of this item at the same moment.") from clash
    return asked


def _settle(
    access: Access, waiver: Waiver, verdict: WaiverSettlement.Verdict, note: str, signature: Proof | None = None
) -> WaiverSettlement:
    """The row of an answer and its event; the requester is told. The database lets one of two who answer at once."""
    facts: dict[str, audit.Fact] = {**_facts(waiver), "digest": waiver.content_digest}
    signed: Mapping[str, Any] = {}
    if signature is not None:
        signed = proofs.signature(signing.WAIVER_MEANING, signature)
        facts |= {
            "expires_on": str(waiver.expires_on),
            "meaning_version": signing.WAIVER_MEANING,
            "method": signature.method,
        }
    event = audit.record(access, VERBS[verdict], waiver, scope=waiver.service.scope, facts=facts, texts={"note": note})
    try:
        with transaction.atomic():
            settled = WaiverSettlement.objects.create(
                waiver=waiver,
                verdict=verdict,
                by=access.person,
                at=event.at,
                note=note,
                content_digest=waiver.content_digest,
                event=event,
                **signed,
            )
    except IntegrityError as clash:
        raise Conflict("Somebody else settled this request at the same moment. Read it again.") from clash
    _tell(access, waiver, [waiver.asked_by], "settled", f"{access.person.name} {SAID[verdict]}")
    return settled


VERBS: Mapping[str, Verb] = {
    Verdict.APPROVED: verbs.WAIVER_APPROVED,
    Verdict.REFUSED: verbs.WAIVER_REFUSED,
    Verdict.WITHDRAWN: verbs.WAIVER_WITHDRAWN,
}
SAID: Mapping[str, str] = {
    Verdict.APPROVED: "approved the waiver of",
    Verdict.REFUSED: "refused the waiver of",
    Verdict.WITHDRAWN: "no longer asks for a waiver of",
}


def _end(access: Access, waiver: Waiver, reason: str) -> WaiverRevocation:
    event = audit.record(
        access,
        verbs.WAIVER_REVOKED,
        waiver,
        scope=waiver.service.scope,
        facts=_facts(waiver),
        texts={"reason": reason},
    )
    try:
        with transaction.atomic():
            ended = WaiverRevocation.objects.create(
                waiver=waiver, by=access.person, at=event.at, reason=reason, event=event
            )
    except IntegrityError as clash:
        raise Conflict("Somebody else revoked this waiver at the same moment.") from clash
    told = [waiver.asked_by, waiver.settlement.by, *waiver_queries.owners([waiver]).values()]
    _tell(access, waiver, told, "revoked", f"{access.person.name} revoked the waiver of")
    return ended


def _held(waiver: Waiver) -> Waiver:
    """The waiver as it stands now, after the rows it counts for were locked: answers, then the status row."""
    applicability.hold_item(waiver.service, waiver.item_key)
    status.hold(waiver.service)
    return waiver_queries.surrounded().get(pk=waiver.pk)


def _count(waiver: Waiver) -> None:
    """What its item counts as from now on, in every review that matters, and the status row with it."""
    applicability.recount_item(waiver.service, waiver.item_key)
    status.refresh(waiver.service)


def _proven(
    waiver: Waiver, proof: Proof | None, last_signed_at: datetime.datetime | None, now: datetime.datetime
) -> Proof:
    """The proof a signature rests on. Raises ProofNeeded without one that is fresh enough."""
    if proof is None:
        raise ProofNeeded("An approval is a signature: prove who you are once more, in a browser.")
    if waiver.critical and not signing.may_decide(proof.at, now):
        raise ProofNeeded("The item is critical: your proof of who you are must be under 5 minutes old.")
    if not signing.may_sign(proof.at, last_signed_at, now):
        raise ProofNeeded("Prove who you are once more: your password opens a signing session.")
    return proof


def _refuse_role(access: Access, waiver: Waiver) -> None:
    """Raises NotPermitted for who holds no role that settles this waiver, and says which does."""
    permissions.require(access, Capability.WAIVER_APPROVE, waiver.service.scope)
    if words := rules.role_refusal(_request(waiver), _person(access, waiver)):
        raise NotPermitted(words)


def _refuse_another(waiver: Waiver, digest: str) -> None:
    """Raises Conflict where the request that was read is not this one."""
    if waiver.content_digest != digest:
        raise Conflict("This is not the request you read. Read it again, then answer it.")


def _refuse(words: str) -> None:
    if words:
        raise DomainError(words)


def _reason(reason: str, when_empty: str = "") -> str:
    reason = reason.strip()
    if errors := answering.reason_refusals(reason, when_empty):
        raise DomainError.of(errors)
    return reason


def _request(waiver: Waiver) -> rules.Request:
    return waiver_queries.request(waiver, _today(waiver))


def _person(access: Access, waiver: Waiver) -> rules.Person:
    return waiver_queries.person(access, waiver.service)


def _today(waiver: Waiver) -> datetime.date:
    return clock.today_in(waiver.service.team.time_zone)


def _facts(waiver: Waiver) -> dict[str, audit.Fact]:
    return {"service": waiver.service.slug, "item": waiver.item_key, "waiver": str(waiver.public_id)}


def _tell_approvers(access: Access, asked: Waiver) -> None:
    """Who may approve it, save who asked for it."""
    needed = rules.needs_decider(critical=asked.critical, renewals=asked.renewals)
    right = Capability.WAIVER_APPROVE_CRITICAL if needed else Capability.WAIVER_APPROVE
    told = portal_access.people_who_can(right, asked.service.scope)
    others = [person for person in told if person.identity != access.person.identity]
    what = "the renewal of the waiver of" if asked.renews else "a waiver of"
    _tell(access, asked, others, "asked", f"{access.person.name} asks you for {what}")


def _tell(access: Access, waiver: Waiver, people: list[User], occasion: str, words: str) -> None:
    title = wording.title(waiver.item_key, waiver.service)
    notifications.notify(
        people,
        kind=f"waiver-{occasion}",
        key=f"waiver-{occasion}-{waiver.public_id}",
        subject=f"{words} “{title}” of {waiver.service.name}",
        url=waiver.get_absolute_url(),
        scope=waiver.service.scope,
        by=access,
    )
