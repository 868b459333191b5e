"""Incidents' guarded tables: what is added and never changed."""

from incidents.models import (
    AdaptedPlaybookRevision,
    AlertRuleRevision,
    IncidentRevision,
    PostMortemReview,
    PostMortemRevision,
    RunbookDrill,
    RunbookReview,
    RunbookRevision,
    StepRun,
    TimelineEntry,
)
from portal.append_only.guards import Guard, guards

guards.add(
    "incidents",
    (
        Guard(AdaptedPlaybookRevision),
        Guard(RunbookRevision),
        Guard(RunbookReview),
        Guard(RunbookDrill),
        Guard(AlertRuleRevision),
        Guard(IncidentRevision),
        Guard(TimelineEntry),
        Guard(StepRun),
        Guard(PostMortemRevision),
        Guard(PostMortemReview),
    ),
)
