"""The outbox: claim one mail with a lease, send it, mark it; try again later, or give it up and say so.

Two workers never send the same mail: each step is a conditional update, and only who holds the lease goes on. One
window is left: a worker that dies after the mail server took the mail and before it is marked. Such a row is sent
again under the same Message-ID, and is marked `uncertain`.
"""

import datetime
import random
import smtplib

from django.db import transaction
from django.db.models import F

from portal import audit, clock, jobs, mail, permissions, verbs
from portal.access import access_of
from portal.errors import DomainError
from portal.models import OutboxMessage, Scope
from portal.permissions import Access, Capability
from portal.queries import digests
from portal.rules import delivery

LEASE = datetime.timedelta(minutes=5)
BATCH = 500
State = OutboxMessage.State


def sweep() -> int:
    """Hands every claimable mail to a worker, the oldest first; returns how many. Running it twice changes nothing."""
    waiting = OutboxMessage.objects.claimable(clock.now()).order_by("due_at").values_list("pk", flat=True)[:BATCH]
    for message_id in waiting:
        jobs.enqueue("portal.tasks.deliver_outbox", message_id)
    return len(waiting)


def deliver(message_id: int) -> None:
    """Sends one mail if it is due and free. Whatever goes wrong with it is written at the row, never raised."""
    message = _claim(message_id)
    if message is None:
        return
    if not _may_receive(message):
        _give_up(message, "The recipient may no longer see what it speaks of.")
        return
    if message.kind == "digest" and not digests.told(message).exists():
        _hold(message, State.DROPPED, claimed_until=None)
        return
    try:
        composed = mail.compose(message)
        if not _hold(message, State.SENDING):
            return
        composed.send()
    except Exception as error:  # noqa: BLE001  one bad mail must not stop the others, whatever is wrong with it
        _failed(message, error)
    else:
        _hold(message, State.SENT, sent_at=clock.now(), claimed_until=None, last_error="")


@transaction.atomic
def send_again(access: Access, *, message: OutboxMessage) -> None:
    """Puts a mail that was given up back into the outbox, with all its attempts before it."""
    permissions.require(access, Capability.OUTBOX_READ)
    now = clock.now()
    row = OutboxMessage.objects.filter(pk=message.pk, state=State.DEAD)
    if not row.update(state=State.DUE, due_at=now, attempts=0, claimed_until=None):
        raise DomainError("This mail was not given up; there is nothing to send again.")
    jobs.enqueue("portal.tasks.deliver_outbox", message.pk)
    audit.record(access, verbs.MAIL_SENT_AGAIN, message, facts={"kind": message.kind})


def _claim(message_id: int) -> OutboxMessage | None:
    now = clock.now()
    until = now + LEASE
    row = OutboxMessage.objects.filter(pk=message_id)
    taken = {"state": State.CLAIMED, "claimed_until": until, "attempts": F("attempts") + 1}
    lost_while_sending = row.filter(state=State.SENDING, claimed_until__lt=now).update(**taken, uncertain=True)
    if not lost_while_sending and not row.claimable(now).update(**taken):
        return None
    return OutboxMessage.objects.select_related("recipient").get(pk=message_id)


def _may_receive(message: OutboxMessage) -> bool:
    """Rights are read when the mail leaves, not when it was written (promises.md, I5)."""
    if not message.recipient.is_active:
        return False
    seen = Scope.objects.visible_to(access_of(message.recipient)).filter(pk__in=message.scopes).count()
    return seen == len(message.scopes)


def _hold(message: OutboxMessage, state: State, **fields: object) -> bool:
    """Moves the row on while the lease is still ours."""
    row = OutboxMessage.objects.filter(
        pk=message.pk, state__in=State.held(), claimed_until=message.claimed_until, attempts=message.attempts
    )
    return row.update(state=state, **fields) == 1


def _failed(message: OutboxMessage, error: Exception) -> None:
    code = _smtp_code(error)
    words = f"{type(error).__name__}{f' {code}' if code else ''}"
    chance = random.random()  # noqa: S311  spreads retries, guards nothing
    delay = delivery.delay_after(message.attempts, chance)
    if delay is None or delivery.is_permanent(code):
        _give_up(message, words)
        return
    _hold(message, State.DUE, due_at=clock.now() + delay, claimed_until=None, last_error=words)


@transaction.atomic
def _give_up(message: OutboxMessage, words: str) -> None:
    if _hold(message, State.DEAD, claimed_until=None, last_error=words[:255]):
        facts: dict[str, audit.Fact] = {"kind": message.kind, "attempts": message.attempts}
        audit.record(None, verbs.MAIL_GIVEN_UP, message, facts=facts)


def _smtp_code(error: Exception) -> int | None:
    """The mail server's answer, where it speaks of this mail: a refused password is our mistake, not the mail's."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return None
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max((code for code, _ in error.recipients.values()), default=None)
    return None
