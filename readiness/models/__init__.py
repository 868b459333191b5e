"""Readiness' models, by concept."""

from readiness.models.absences import Absence
from readiness.models.action_items import ActionItem, ActionItemRevision
from readiness.models.audit_packs import AuditPack, PackPart, RenderedPart
from readiness.models.carrying import AnswerReference, CarriedAnswer
from readiness.models.checklist_templates import ChecklistTemplate, CheckVersion, RecurringCheck, TemplateVersion
from readiness.models.decision_records import DecisionRecord, DecisionRecordReview, DecisionRecordRevision
from readiness.models.decisions import (
    Condition,
    ConditionMet,
    DecisionWithdrawal,
    EmergencyGo,
    EmergencyRequest,
    LaunchDecision,
    LiveDecision,
)
from readiness.models.dependencies import Dependency
from readiness.models.drills import Drill
from readiness.models.evidence import Evidence
from readiness.models.findings import Finding, FindingEntry
from readiness.models.launch_reminders import LaunchReminder
from readiness.models.model_cards import ModelCard, ModelCardReview, ModelCardRevision
from readiness.models.ownership import Assignment, OwnershipDomain
from readiness.models.recurring_checks import CheckOccurrence, OccurrenceRevision, TeamTimetable
from readiness.models.releases import Deployment, Release
from readiness.models.reviews import AnswerRevision, Comment, ItemAnswer, MeasuredValue, PointTick, Review
from readiness.models.served_models import ModelVersion, ServedModel
from readiness.models.services import Environment, Service, ServiceRevision
from readiness.models.signoffs import CarriedSignOff, SignOff, SignOffReturn, SignOffVoid
from readiness.models.status import ServiceStatus, StatusWeek
from readiness.models.targets import ServiceTarget, TargetRevision
from readiness.models.waivers import Waiver, WaiverReminder, WaiverRevocation, WaiverSettlement

__all__ = [
    "Absence",
    "ActionItem",
    "ActionItemRevision",
    "AnswerReference",
    "AnswerRevision",
    "Assignment",
    "AuditPack",
    "CarriedAnswer",
    "CarriedSignOff",
    "CheckOccurrence",
    "CheckVersion",
    "ChecklistTemplate",
    "Comment",
    "Condition",
    "ConditionMet",
    "DecisionRecord",
    "DecisionRecordReview",
    "DecisionRecordRevision",
    "DecisionWithdrawal",
    "Dependency",
    "Deployment",
    "Drill",
    "EmergencyGo",
    "EmergencyRequest",
    "Environment",
    "Evidence",
    "Finding",
    "FindingEntry",
    "ItemAnswer",
    "LaunchDecision",
    "LaunchReminder",
    "LiveDecision",
    "MeasuredValue",
    "ModelCard",
    "ModelCardReview",
    "ModelCardRevision",
    "ModelVersion",
    "OccurrenceRevision",
    "OwnershipDomain",
    "PackPart",
    "PointTick",
    "RecurringCheck",
    "Release",
    "RenderedPart",
    "Review",
    "ServedModel",
    "Service",
    "ServiceRevision",
    "ServiceStatus",
    "ServiceTarget",
    "SignOff",
    "SignOffReturn",
    "SignOffVoid",
    "StatusWeek",
    "TargetRevision",
    "TeamTimetable",
    "TemplateVersion",
    "Waiver",
    "WaiverReminder",
    "WaiverRevocation",
    "WaiverSettlement",
]
