"""Waivers as rows with their events: asked for, settled and revoked, without the rules that stand before it."""

import datetime
import uuid
from typing import Any

from django.db import transaction

from portal import audit, canonical, clock
from portal.models import User
from portal.permissions import Access
from readiness import verbs
from readiness.models import ItemAnswer, Service, Waiver, WaiverRevocation, WaiverSettlement
from readiness.queries import waivers
from readiness.rules import signing


@transaction.atomic
def asked(
    by: User, service: Service, item_key: str, until: datetime.date, *, renews: Waiver | None = None, **changed: Any
) -> Waiver:
    """A request; `changed` sets columns to what they should not be."""
    request = Waiver(
        public_id=uuid.uuid4(),
        service=service,
        item_key=item_key,
        critical=True,
        sequence=waivers.next_sequence(service, item_key),
        reason="The vendor rotates keys in March.",
        compensating_control="Keys are rotated by hand each Friday.",
        expires_on=until,
        asked_by=by,
        asked_at=clock.now(),
    )
    request.follow(renews)
    for name, value in changed.items():
        setattr(request, name, value)
    request.content_digest = canonical.digest(request.governed_content())
    facts: dict[str, audit.Fact] = {
        **_of(request),
        "sequence": request.sequence,
        "renewals": request.renewals,
        "expires_on": str(until),
    }
    request.event = audit.record(Access(by), verbs.WAIVER_ASKED, request, scope=service.scope, facts=facts)
    request.save(force_insert=True)
    return request


@transaction.atomic
def settled(by: User, request: Waiver, verdict: str = "approved", note: str = "", **changed: Any) -> WaiverSettlement:
    """Its answer, signed where it is an approval."""
    verb = {
        "approved": verbs.WAIVER_APPROVED,
        "refused": verbs.WAIVER_REFUSED,
        "withdrawn": verbs.WAIVER_WITHDRAWN,
    }[verdict]
    facts, signature = _of(request), {}
    if verdict == "approved":
        signature = {"meaning_version": signing.WAIVER_MEANING, "proof_method": "password"}
        facts |= {
            "expires_on": str(request.expires_on),
            "meaning_version": signing.WAIVER_MEANING,
            "method": "password",
        }
    event = audit.record(Access(by), verb, request, scope=request.service.scope, facts=facts, texts={"note": note})
    fields: dict[str, Any] = {
        **signature,
        "meaning": signing.MEANINGS[signing.WAIVER_MEANING] if signature else "",
        "proof_at": clock.now() if signature else None,
        "content_digest": request.content_digest,
    }
    return WaiverSettlement.objects.create(
        waiver=request, verdict=verdict, by=by, at=event.at, note=note, event=event, **{**fields, **changed}
    )


@transaction.atomic
def revoked(by: User, request: Waiver, reason: str = "The keys leaked.") -> WaiverRevocation:
    """Its end before its last day."""
    facts = {name: fact for name, fact in _of(request).items() if name != "digest"}
    event = audit.record(
        Access(by), verbs.WAIVER_REVOKED, request, scope=request.service.scope, facts=facts, texts={"reason": reason}
    )
    return WaiverRevocation.objects.create(waiver=request, by=by, at=event.at, reason=reason, event=event)


def approved(
    by: User, other: User, answer: ItemAnswer, until: datetime.date, *, renews: Waiver | None = None
) -> Waiver:
    """Asked for by one and approved by another; the item counts as on credit."""
    request = asked(by, answer.review.service, answer.item_key, until, renews=renews, asked_on=answer)
    settled(other, request)
    ItemAnswer.objects.filter(pk=answer.pk).update(state="waived", state_holds_until=until + datetime.timedelta(days=1))
    return request


def _of(request: Waiver) -> dict[str, audit.Fact]:
    return {
        "service": request.service.slug,
        "item": request.item_key,
        "waiver": str(request.public_id),
        "digest": request.content_digest,
    }
