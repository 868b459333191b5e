"""The mail of the day: one a person and local day, of what was said in-app and not yet read.

The row in the outbox is unique by person and day, and the notices are tied to it in the same transaction: a look that
comes twice, late, or after days of none writes each mail once.
"""

import datetime
import zoneinfo

from django.db import transaction

from portal import mail
from portal.models import Notification, User
from portal.queries import digests
from portal.rules import digests as rules


def write_due(now: datetime.datetime) -> int:
    """Puts today's mail of everybody for whom it is due into the outbox; returns how many."""
    written = 0
    for person, first in digests.waiting():
        due = rules.due(now, zoneinfo.ZoneInfo(person.time_zone))
        if due is not None and first <= due.until:
            written += _write(person, due)
    return written


@transaction.atomic
def _write(person: User, due: rules.Due) -> int:
    message = mail.queue(person, kind="digest", key=f"digest:{person.public_id}:{due.day}", due_at=due.until)
    if Notification.objects.filter(message=message).exists():
        return 0
    told = digests.unmailed().filter(recipient=person, created_at__lte=due.until)
    if told.update(message=message):
        return 1
    transaction.set_rollback(True)  # all was read in between: an empty mail would take the place of this day's
    return 0
