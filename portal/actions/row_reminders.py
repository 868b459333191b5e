"""Reminding people of rows that carry the moment of their next reminder (docs/adr/0009).

A look that comes twice, late or never says nothing twice and leaves nothing out: the moment moves on in the same
transaction as the notice is written, and only for whoever comes first. In-app at once; the day's mail follows from the
notices.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.db import models, transaction

from portal import notifications
from portal.notifications import Notice

BATCH = 500

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Look:
    """What a look at a row finds: when to look again (UTC, None for never), and what is to be said, if anything is.

    `say` is asked only by whoever says it, inside the transaction.
    """

    next_at: datetime.datetime | None
    say: Callable[[], Notice] | None


def send_due(due: models.QuerySet[Row], moment: str, look: Callable[[Row], Look]) -> int:
    """Says what is due of the rows `due` whose field `moment` has come; returns how many people were told.

    `look` has to move the moment of each row out of `due`, or the rows are looked at for ever.
    """
    said = 0
    while batch := list(due.all()[:BATCH]):
        said += sum(_say(row, moment, look(row)) for row in batch)
    return said


def _say(row: Row, moment: str, found: Look) -> int:
    """Moves the moment of one row on and says what is due, unless somebody else has done so."""
    with transaction.atomic():
        waiting = type(row)._default_manager.filter(pk=row.pk, **{moment: getattr(row, moment)})
        if not waiting.update(**{moment: found.next_at}) or found.say is None:
            return 0
        notice = found.say()
        notifications.notify_all([notice])
    return len(notice.recipients)
