"""What covers an alert that a service knows, and what is missing: a playbook, a runbook, a drill, a reviewed threshold.

Each thing missing is a gap of the service; a vacant domain is one already, as readiness knows it. Pure.
"""

import datetime
from dataclasses import dataclass
from enum import StrEnum

DRILL_AGE = datetime.timedelta(days=90)
"""A drill is valid so long, as a rollback drill is (product.md, Drills)."""
THRESHOLD_AGE = datetime.timedelta(days=180)
"""Half a year: the age after which the checklist asks for thresholds again."""


class Part(StrEnum):
    """What may be missing."""

    PLAYBOOK = "playbook"
    RUNBOOK = "runbook"
    OWNER = "owner"
    DRILL = "drill"
    THRESHOLD = "threshold"


class Hole(StrEnum):
    """How badly: not there at all, or too old to rely on."""

    MISSING = "missing"
    OLD = "old"


@dataclass(frozen=True)
class Cover:
    """What a rule has; days are those of the team. `has_owner` is False where its domain is vacant."""

    has_playbook: bool
    has_runbook: bool
    has_owner: bool
    drilled_on: datetime.date | None
    threshold_reviewed_on: datetime.date | None


@dataclass(frozen=True)
class Missing:
    """One hole, and since which day it is old; None where it is missing altogether."""

    part: Part
    hole: Hole
    since: datetime.date | None = None


def holes(cover: Cover, today: datetime.date) -> tuple[Missing, ...]:
    """What is missing or old, in the order of the matrix. Without a runbook there is no drill to ask for."""
    found = []
    if not cover.has_playbook:
        found.append(Missing(Part.PLAYBOOK, Hole.MISSING))
    if not cover.has_runbook:
        found.append(Missing(Part.RUNBOOK, Hole.MISSING))
    if not cover.has_owner:
        found.append(Missing(Part.OWNER, Hole.MISSING))
    if cover.has_runbook:
        found += _aged(Part.DRILL, cover.drilled_on, DRILL_AGE, today)
    found += _aged(Part.THRESHOLD, cover.threshold_reviewed_on, THRESHOLD_AGE, today)
    return tuple(found)


def _aged(part: Part, on: datetime.date | None, age: datetime.timedelta, today: datetime.date) -> list[Missing]:
    if on is None:
        return [Missing(part, Hole.MISSING)]
    return [Missing(part, Hole.OLD, on + age)] if today > on + age else []
