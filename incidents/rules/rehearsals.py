"""What drills say of a runbook: who can run it, how long it last took, and when the next one falls due. Pure."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from readiness.choices import DrillKind, DrillResult
from readiness.rules import drills

FIRST_WITHIN = 14
"""Days within which a new runbook is run for the first time."""
KINDS = (DrillKind.RUNBOOK, DrillKind.RESTORE, DrillKind.FAILOVER)
"""The kinds of drill of a runbook that is not the way back; that one is drilled as a rollback."""


@dataclass(frozen=True)
class Rehearsal:
    """A drill of a runbook: by whom (opaque id), on which day, how it went, how long, and why it does not count now."""

    by: int
    day: datetime.date
    result: str
    minutes: Decimal
    refusal: str = ""

    @property
    def is_passed(self) -> bool:
        """Whether it went to its end."""
        return self.result == DrillResult.PASSED


def kinds(is_rollback: bool) -> tuple[DrillKind, ...]:
    """The kinds of drill that exercise a runbook."""
    return (DrillKind.ROLLBACK,) if is_rollback else KINDS


def refusal(rehearsal: Rehearsal, today: datetime.date) -> str:
    """Why a drill of a runbook that is not the way back does not count now; a new revision of it ends none."""
    if not rehearsal.is_passed:
        return "It did not pass."
    return f"It is older than {drills.VALID_DAYS} days." if drills.valid_until(rehearsal.day) < today else ""


def due_on(rehearsals: Sequence[Rehearsal]) -> datetime.date | None:
    """The last day on which a drill still counts; the next one is due by then. None: it is due now."""
    counting = [drills.valid_until(one.day) for one in rehearsals if not one.refusal]
    return max(counting, default=None)


def next_due(last_passed: datetime.date | None, begun: datetime.date) -> datetime.date:
    """The day by which a runbook is to be run to its end again, or for the first time."""
    return begun + datetime.timedelta(days=FIRST_WITHIN) if last_passed is None else drills.valid_until(last_passed)


def can_run(rehearsals: Sequence[Rehearsal]) -> dict[int, datetime.date]:
    """Everybody who has run it to its end, with the last day on which they did, the newest first."""
    last: dict[int, datetime.date] = {}
    for one in sorted(rehearsals, key=lambda one: one.day, reverse=True):
        if one.is_passed:
            last.setdefault(one.by, one.day)
    return last


def kept_time(minutes: Decimal, target: Decimal | None) -> str:
    """How the minutes stand against the target, by the symbols of states."""
    if target is None:
        return "na"
    return "green" if minutes <= target else "red"
