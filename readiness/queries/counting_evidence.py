"""Which evidence counts now: the rule, fed with what a piece names and what is at hand."""

import datetime
from dataclasses import replace
from typing import Any

from portal import canonical, clock
from readiness.catalogue import schema
from readiness.choices import EnvironmentKind, EvidenceKind
from readiness.models import Drill, Evidence
from readiness.queries import drill_ends
from readiness.queries.review_frame import ReviewFrame
from readiness.rules import drills
from readiness.rules import evidence as evidence_rules


def outdated(piece: Evidence, item: schema.Item, frame: ReviewFrame) -> str:
    """Why a piece no longer counts for an item; empty when it counts."""
    return _outdated(piece, item, frame, frame.today)


def was_outdated(piece: Evidence, item: schema.Item, frame: ReviewFrame) -> bool:
    """Whether a withdrawn piece did not count any more on the day it was withdrawn."""
    withdrawn_on = clock.today_in(frame.service.team.time_zone, piece.withdrawn_at)
    return bool(_outdated(piece, item, frame, min(withdrawn_on, frame.today)))


def _outdated(piece: Evidence, item: schema.Item, frame: ReviewFrame, day: datetime.date) -> str:
    named = evidence_rules.EvidenceFacts(
        observed_on=piece.observed_on,
        release=piece.release_id,
        model_version=piece.model_version_id,
        drill_valid=not _drill_refusal(piece, piece.drill, frame, day) if piece.drill else None,
    )
    standing = replace(frame.standing, today=day)
    return evidence_rules.outdated(named, item.depends, item.max_age_days, standing)


def measures(piece: Evidence, frame: ReviewFrame) -> bool:
    """Whether a piece is a drill that counts now, and so has measured the minutes of going back."""
    return piece.drill is not None and not _drill_refusal(piece, piece.drill, frame, frame.today)


def _drill_refusal(piece: Evidence, drill: Drill, frame: ReviewFrame, day: datetime.date) -> str:
    zone = frame.service.team.time_zone
    return drills.refusal(drill_facts(drill, zone), frame.way_back_digest, day) or _ended(piece, drill, zone, day)


def _ended(piece: Any, drill: Drill, zone: str, day: datetime.date) -> str:
    """That a newer drill had not passed by that day: read along with the piece (`drill_ends`), else one statement."""
    at = piece.drill_ended_at if hasattr(piece, "drill_ended_at") else drill_ends.ended_at(drill)
    return drills.ENDED if at is not None and clock.today_in(zone, at) <= day else ""


def drill_facts(drill: Drill, time_zone: str) -> drills.DrillFacts:
    """A drill as the rules take it; `time_zone` is the team's, whose calendar says on which day it was."""
    return drills.DrillFacts(
        kind=drill.kind,
        result=drill.result,
        performed_on=clock.today_in(time_zone, drill.performed_at),
        in_production=drill.environment.kind == EnvironmentKind.PRODUCTION,
        way_back_digest=drill.way_back_digest,
    )


def digest(kind: str, *named: object) -> str:
    """The digest of evidence that is no file: of the canonical form of what it names."""
    return canonical.digest([EvidenceKind(kind).value, *named])
