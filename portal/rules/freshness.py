"""When a document wants to be reviewed, and since when it is stale (product.md, Documents). Pure."""

import datetime
from dataclasses import dataclass

EVERY = ((30, "every month"), (90, "every quarter"), (180, "every half year"), (365, "every year"))
"""The days between two reviews that a document's keeper chooses from, in words."""
USUAL = 90
"""The catalogue reviews documents each quarter (catalogue.md, quarterly.docs and know.reviews)."""
SOON = 14
"""Days before the review is due from which its keeper is told."""


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
