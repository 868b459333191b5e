"""When a rehearsal still proves the way back (product.md, Drills)."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from readiness.choices import DrillKind, DrillResult

VALID_DAYS = 90
ENDED = "A newer drill of the same way back did not pass."


@dataclass(frozen=True)
class DrillFacts:
    """What decides a drill's validity: what, how it went, when, where, and the way back as it was."""

    kind: str
    result: str
    performed_on: datetime.date
    in_production: bool
    way_back_digest: str


def refusal(drill: DrillFacts, way_back_digest: str, today: datetime.date) -> str:
    """Why a rollback drill does not count now, as a sentence; empty when it is valid."""
    if drill.kind != DrillKind.ROLLBACK:
        return "It is not a rollback drill."
    if drill.result != DrillResult.PASSED:
        return "It did not pass."
    if drill.in_production:
        return "It was run in production; a drill is run outside it."
    if drill.way_back_digest != way_back_digest:
        return "The way back has changed since: the serving stack, the model source or the rollback runbook is another."
    if today > valid_until(drill.performed_on):
        return f"It is older than {VALID_DAYS} days."
    return ""


def standing(drills: Sequence[DrillFacts], way_back_digest: str, today: datetime.date) -> list[str]:
    """Why each of some rollback drills, the newest first, does not count now; empty for what is valid.

    The newest speaks: one that did not pass ends what an older one proved of the same way back.
    """
    found, failed = [], False
    for drill in drills:
        found.append(refusal(drill, way_back_digest, today) or (ENDED if failed else ""))
        failed = failed or (drill.result != DrillResult.PASSED and drill.way_back_digest == way_back_digest)
    return found


def valid_until(performed_on: datetime.date) -> datetime.date:
    """The last day on which it counts, if nothing changes."""
    return performed_on + datetime.timedelta(days=VALID_DAYS)
