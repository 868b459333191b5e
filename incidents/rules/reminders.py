"""When somebody hears that a word on an incident was promised, or that its post-mortem is owed. Pure.

The moments are a line, as with every reminder: whoever looks late finds the last one that has come, and those before
it say nothing more. While an incident is open its next word is due; once it is over, its post-mortem.
"""

import datetime
import enum
from collections.abc import Sequence
from dataclasses import dataclass

from portal import local_time

REMINDED_AT = datetime.time(9)
"""The time of day, where the team is, for what is due on a day."""
LONG_SILENCE = datetime.timedelta(hours=1)
"""How long a promised word may be late before whoever leads the team hears of it too."""


class Stage(enum.StrEnum):
    """What is said: the word that was promised is due, or late by much; the post-mortem is due soon, late, or very."""

    WORD_DUE = "word-due"
    WORD_LATE = "word-late"
    SOON = "post-mortem-soon"
    OVERDUE = "post-mortem-overdue"
    ESCALATED = "post-mortem-escalated"


TELLS_LEADS = frozenset({Stage.WORD_LATE, Stage.OVERDUE, Stage.ESCALATED})
"""The stages at which whoever leads the team hears of it beside whoever has it in hand."""
DAYS_AFTER = {Stage.SOON: -1, Stage.OVERDUE: 1, Stage.ESCALATED: 8}
"""Days from the one on which the post-mortem is due."""


@dataclass(frozen=True)
class Owed:
    """What an incident owes: a word at a moment, or a post-mortem by a day. `since` is when it began to owe it."""

    since: datetime.datetime
    next_word_at: datetime.datetime | None = None
    post_mortem_due_on: datetime.date | None = None


@dataclass(frozen=True)
class Reminder:
    """The stage in force, None before the first; and when the next one begins (UTC), None after the last."""

    stage: Stage | None
    next_at: datetime.datetime | None


def stages(owed: Owed, zone: datetime.tzinfo) -> Sequence[tuple[datetime.datetime, Stage]]:
    """The moments at which people hear of it, in order; none where nothing is owed."""
    if owed.next_word_at is not None:
        return ((owed.next_word_at, Stage.WORD_DUE), (owed.next_word_at + LONG_SILENCE, Stage.WORD_LATE))
    if owed.post_mortem_due_on is None:
        return ()
    days = [(owed.post_mortem_due_on + datetime.timedelta(days=after), stage) for stage, after in DAYS_AFTER.items()]
    return tuple((local_time.moment(day, REMINDED_AT, zone), stage) for day, stage in days)


def reminder(owed: Owed, zone: datetime.tzinfo, now: datetime.datetime) -> Reminder:
    """What is to be said at `now`; a stage that lies before it was owed says nothing."""
    line = [(at, stage) for at, stage in stages(owed, zone) if at > owed.since]
    begun = [stage for at, stage in line if at <= now]
    coming = [at for at, _ in line if at > now]
    return Reminder(begun[-1] if begun else None, coming[0] if coming else None)
