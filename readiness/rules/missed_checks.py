"""Cycles in a row in which a recurring check was not done, and what they do to a pillar (product.md). Pure."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from readiness.choices import CheckResult


@dataclass(frozen=True)
class Cycle:
    """One period of one check: its pillar, when it is due and when it ends, and what came of it ("": nothing yet)."""

    check: str
    pillar: int
    due: datetime.datetime
    ends: datetime.datetime
    result: str

    def is_open(self, now: datetime.datetime) -> bool:
        """Whether it still waits for somebody."""
        return not self.result and self.ends > now

    def is_missed(self, now: datetime.datetime) -> bool:
        """Not done when the next period opened; a reason changes nothing of that."""
        return self.ends <= now and self.result not in (*CheckResult.completed(), CheckResult.NOT_OWED)


def in_a_row(cycles: Iterable[Cycle], now: datetime.datetime) -> dict[int, int]:
    """For each pillar how many cycles in a row its worst check was missed at `now`; pillars without are left out.

    One completed cycle clears a check. A cycle that runs still, or was not owed, neither counts nor clears.
    """
    rows: dict[str, int] = {}
    pillar_of: dict[str, int] = {}
    for cycle in sorted(cycles, key=lambda one: one.ends):
        pillar_of[cycle.check] = cycle.pillar
        if cycle.result in CheckResult.completed():
            rows[cycle.check] = 0
        elif cycle.is_missed(now):
            rows[cycle.check] = rows.get(cycle.check, 0) + 1
    worst: dict[int, int] = {}
    for check, count in rows.items():
        if count:
            worst[pillar_of[check]] = max(count, worst.get(pillar_of[check], 0))
    return worst
