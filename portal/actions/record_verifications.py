"""Verifying the record and keeping what came of it."""

from django.db import transaction

from portal import audit, clock, notifications, permissions, record_verification, verbs
from portal.models import AuditHead, Membership, RecordVerification, User
from portal.permissions import Access, Capability, Role
from portal.record_verification import Verification

URL = "/audit-trail/"


def verify(access: Access) -> RecordVerification:
    """Verifies the whole record and notes the outcome in it. Raises NotPermitted.

    The walk takes seconds on a million events and stands outside the transaction, so nobody waits for it.
    """
    permissions.require(access, Capability.RECORD_VERIFY)
    return note(access, record_verification.verify())


def note(access: Access | None, found: Verification) -> RecordVerification:
    """Keeps the outcome of a verification; None acts for the portal itself. Who guards the record hears of a break."""
    with transaction.atomic():
        facts: dict[str, audit.Fact] = {
            "number": found.head,
            "digest": found.digest,
            "outcome": "intact" if found.intact else "broken",
        }
        event = audit.record(access, verbs.RECORD_VERIFIED, AuditHead(pk=1), facts=facts)
        kept = RecordVerification.objects.create(
            at=found.at,
            number=found.head,
            digest=found.digest,
            intact=found.intact,
            problem="" if found.intact else str(found.problems[0])[:300],
            event=event,
        )
        if not found.intact:
            _tell(kept)
    return kept


def _tell(verification: RecordVerification) -> None:
    notifications.notify(
        _guardians(),
        kind="record-broken",
        key=f"record-broken-{verification.pk}",
        subject=f"The audit record does not verify: {verification.problem}",
        url=URL,
        scope=None,
    )


def _guardians() -> list[User]:
    """Compliance and administrators."""
    across = Membership.objects.current(clock.now().date()).filter(team__isnull=True, person__is_active=True)
    guarding = {Role.COMPLIANCE, Role.ADMINISTRATOR}
    return [held.person for held in across.select_related("person") if held.role_set & guarding]
