"""When a person may be entered as away, and whether they are away on a day."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

LONGEST = datetime.timedelta(days=366)


@dataclass(frozen=True)
class Period:
    """Days from the first to the last, both counted."""

    first: datetime.date
    last: datetime.date

    def covers(self, day: datetime.date) -> bool:
        """Whether that day is one of them."""
        return self.first <= day <= self.last

    def overlaps(self, other: "Period") -> bool:
        """Whether they share a day."""
        return self.first <= other.last and other.first <= self.last


def refusals(period: Period, today: datetime.date, others: Collection[Period]) -> dict[str, list[str]]:
    """What speaks against entering an absence, by field; empty when nothing does.

    `today` is the day where the person is; `others` are their absences that stand already.
    """
    if period.last < period.first:
        return {"ends_on": ["It ends before it begins."]}
    if period.last < today:
        return {"ends_on": ["These days are over. An absence is entered for today or later."]}
    if period.last - period.first > LONGEST:
        return {"ends_on": ["An absence lasts at most a year. Hand over what they own instead."]}
    clash = next((other for other in others if other.overlaps(period)), None)
    if clash is not None:
        words = f"{clash.first:%-d %b %Y} to {clash.last:%-d %b %Y}"
        return {"starts_on": [f"An absence from {words} stands already. Cancel it first."]}
    return {}
