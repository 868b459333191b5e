"""When a document wants to be reviewed, and since when it is stale (product.md, Documents). Pure."""

import datetime
import enum
from collections.abc import Sequence
from dataclasses import dataclass

from portal import local_time

EVERY = ((30, "every month"), (90, "every quarter"), (180, "every half year"), (365, "every year"))
"""The days between two reviews that a document's keeper chooses from, in words."""
USUAL = 90
"""The catalogue reviews documents each quarter (catalogue.md, quarterly.docs and know.reviews)."""
REMINDED_AT = datetime.time(9)
"""The time of day, where the team is."""


class Stage(enum.StrEnum):
    """What people hear of a review that falls due: its keeper before and when it is late, then whoever leads too."""

    SOON = "soon"
    STALE = "stale"
    ESCALATED = "escalated"


DAYS_AFTER = {Stage.SOON: -7, Stage.STALE: 1, Stage.ESCALATED: 8}
"""Days from the one on which the review is due."""


@dataclass(frozen=True)
class Freshness:
    """How a document stands on a day: its review is due `due_on`, it is `late` by so many days, or none."""

    due_on: datetime.date
    late: int

    @property
    def is_stale(self) -> bool:
        """Whether nobody reviewed it in time: nothing new may rest on it."""
        return self.late > 0


def due_on(reviewed_on: datetime.date, every: int) -> datetime.date:
    """The day by which the next review is due: so many days after the last."""
    return reviewed_on + datetime.timedelta(days=every)


def on(review_on: datetime.date, day: datetime.date) -> Freshness:
    """How a document stands on a day whose review is due on `review_on`: stale from the day after."""
    return Freshness(review_on, max((day - review_on).days, 0))


@dataclass(frozen=True)
class Reminder:
    """The stage in force, None before the first; and when the next one begins (UTC), None after the last."""

    stage: Stage | None
    next_at: datetime.datetime | None


def stages(review_on: datetime.date, zone: datetime.tzinfo) -> Sequence[tuple[datetime.datetime, Stage]]:
    """The moments at which people hear of a review, in order."""
    days = [(review_on + datetime.timedelta(days=after), stage) for stage, after in DAYS_AFTER.items()]
    return tuple((local_time.moment(day, REMINDED_AT, zone), stage) for day, stage in days)


def reminder(
    reviewed_at: datetime.datetime, review_on: datetime.date, zone: datetime.tzinfo, now: datetime.datetime
) -> Reminder:
    """What is to be said at `now`; a stage that began before the last review says nothing."""
    line = [(at, stage) for at, stage in stages(review_on, zone) if at > reviewed_at]
    begun = [stage for at, stage in line if at <= now]
    coming = [at for at, _ in line if at > now]
    return Reminder(begun[-1] if begun else None, coming[0] if coming else None)
