"""Incidents' models, by concept."""

from incidents.models.adapted_playbooks import AdaptedPlaybook, AdaptedPlaybookRevision
from incidents.models.alert_placements import AlertPlacement
from incidents.models.alerts import Alert, AlertPost, AlertRule, AlertRuleRevision, AlertSource
from incidents.models.incidents import AffectedService, Incident, IncidentRevision, StepRun, TimelineEntry
from incidents.models.playbooks import AlertPlaybook
from incidents.models.post_mortems import PostMortem, PostMortemReview, PostMortemRevision, Proposal
from incidents.models.runbooks import Runbook, RunbookDrill, RunbookReview, RunbookRevision

__all__ = [
    "AdaptedPlaybook",
    "AdaptedPlaybookRevision",
    "AffectedService",
    "Alert",
    "AlertPlacement",
    "AlertPlaybook",
    "AlertPost",
    "AlertRule",
    "AlertRuleRevision",
    "AlertSource",
    "Incident",
    "IncidentRevision",
    "PostMortem",
    "PostMortemReview",
    "PostMortemRevision",
    "Proposal",
    "Runbook",
    "RunbookDrill",
    "RunbookReview",
    "RunbookRevision",
    "StepRun",
    "TimelineEntry",
]
