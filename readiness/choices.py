"""Statuses, colours and kinds, by name; no database."""

from enum import StrEnum

from django.db.models import IntegerChoices, TextChoices


class Stage(StrEnum):
    """Whether an item is asked before the go or opens after the deployment."""

    BEFORE = "before"
    AFTER = "after"


class Depends(StrEnum):
    """What an answer hangs on, and so what ends it."""

    RELEASE = "release"
    MODEL = "model"
    SERVICE = "service"
    DRILL = "drill"
    PERIOD = "period"


class ServiceState(TextChoices):
    """Where a service stands in its life."""

    DRAFT = "draft", "Draft"
    IN_REVIEW = "in-review", "In review"
    LIVE = "live", "Live"
    PAUSED = "paused", "Paused"
    RETIRED = "retired", "Retired"


class Tier(IntegerChoices):
    """How much hangs on a service: 1 is the most."""

    ONE = 1, "Tier 1: the business stops without it"
    TWO = 2, "Tier 2: many people notice at once"
    THREE = 3, "Tier 3: some people notice"
    FOUR = 4, "Tier 4: internal or experimental"


class Sourcing(TextChoices):
    """Where the model comes from."""

    SELF_HOSTED = "self-hosted", "Self-hosted"
    THIRD_PARTY_API = "third-party-api", "Third-party API"
    HYBRID = "hybrid", "Hybrid"


class Regulation(TextChoices):
    """Rules of law a service may fall under."""

    GDPR = "gdpr", "GDPR"
    CCPA = "ccpa", "CCPA"
    HIPAA = "hipaa", "HIPAA"
    EU_AI_ACT_MINIMAL = "eu-ai-act-minimal", "EU AI Act, minimal risk"
    EU_AI_ACT_LIMITED = "eu-ai-act-limited", "EU AI Act, limited risk"
    EU_AI_ACT_HIGH = "eu-ai-act-high", "EU AI Act, high risk"
    OTHER = "other", "Another regulation"


class EnvironmentKind(TextChoices):
    """Production reads more reviews than any other environment."""

    PRODUCTION = "production", "Production"
    STAGING = "staging", "Staging"
    DEVELOPMENT = "development", "Development"


class DependencyState(TextChoices):
    """What the team says about an external dependency."""

    STABLE = "stable", "Stable"
    DEGRADED = "degraded", "Degraded"
    DOWN = "down", "Down"
    UNKNOWN = "unknown", "Not declared"


class ModelVersionKind(TextChoices):
    """What a model version is: weights, a prompt revision or a provider's pinned model."""

    MODEL = "model", "Model"
    PROMPT = "prompt", "Prompt revision"
    PIN = "pin", "Provider pin"


class Change(TextChoices):
    """What a release changes."""

    MODEL = "model", "Model"
    PROMPT = "prompt", "Prompt"
    CODE = "code", "Code"
    CONFIGURATION = "configuration", "Configuration"
    INFRASTRUCTURE = "infrastructure", "Infrastructure"


class AssignmentRole(TextChoices):
    """Exactly one person is accountable for a domain; any number support."""

    ACCOUNTABLE = "accountable", "Accountable"
    SUPPORTING = "supporting", "Supporting"


class TemplateKey(TextChoices):
    """The reviews that ship with the product."""

    DEPLOYMENT = "deployment", "Deployment review"
    PRELAUNCH = "prelaunch", "Pre-launch review"
    PILLARS = "pillars", "Readiness assessment"


class ReviewState(TextChoices):
    """Where a review stands."""

    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"
    ABANDONED = "abandoned", "Abandoned"


class Colour(TextChoices):
    """What a person rates an item."""

    RED = "red", "Red"
    YELLOW = "yellow", "Yellow"
    GREEN = "green", "Green"


class ItemState(TextChoices):
    """What an item counts as. The order is the order of the heat-map's legend, worst first."""

    RED = "red", "Red"
    UNANSWERED = "unanswered", "Unanswered"
    YELLOW = "yellow", "Yellow"
    WAIVED = "waived", "On credit"
    GREEN = "green", "Green"
    NOT_APPLICABLE = "na", "Not applicable"


class PointState(TextChoices):
    """What a reviewer says of one point."""

    OPEN = "open", "Open"
    TICKED = "ticked", "Ticked"
    NOT_APPLICABLE = "na", "Not applicable"


class EvidenceKind(TextChoices):
    """What proves an item."""

    FILE = "file", "File"
    LINK = "link", "Link"
    MEASURED = "measured", "Measured value"
    DRILL = "drill", "Drill"
    DOCUMENT = "document", "Document"


class DrillKind(TextChoices):
    """What was rehearsed."""

    ROLLBACK = "rollback", "Rollback"
    RESTORE = "restore", "Restore"
    FAILOVER = "failover", "Failover"
    RUNBOOK = "runbook", "Runbook"


class DrillResult(TextChoices):
    """How it went."""

    PASSED = "passed", "Passed"
    FAILED = "failed", "Failed"


class Verdict(TextChoices):
    """What a decider records."""

    GO = "go", "Go"
    CONDITIONAL_GO = "conditional-go", "Conditional go"
    NO_GO = "no-go", "No-go"
    EMERGENCY_GO = "emergency-go", "Emergency go"


GO = (Verdict.GO, Verdict.CONDITIONAL_GO, Verdict.EMERGENCY_GO)
"""The verdicts that let a release go."""
LOCKING = (Verdict.GO, Verdict.CONDITIONAL_GO)
"""Those that lock the items before the go; an emergency go skips them, and they are caught up on afterwards."""
WEIGHED = (Verdict.GO, Verdict.CONDITIONAL_GO, Verdict.NO_GO)
"""The verdicts that are weighed on the page of a decision; an emergency go takes two persons and a page of its own."""


class LiveVerdict(TextChoices):
    """What a decider says of a live release when an item after the go fails or is late."""

    KEEP = "keep", "Keep"
    ROLL_BACK = "roll-back", "Roll back"


class DecisionState(TextChoices):
    """What a recorded decision is worth now; computed, never stored."""

    CURRENT = "current", "Current"
    SUPERSEDED = "superseded", "Superseded"
    EXPIRED = "expired", "Expired"
    LAPSED = "lapsed", "Lapsed"
    WITHDRAWN = "withdrawn", "Withdrawn"
    ROLLED_BACK = "rolled-back", "Rolled back"


class TriggerState(TextChoices):
    """What a no-go trigger says. Unknown is never shown as clear."""

    FIRING = "firing", "Firing"
    UNKNOWN = "unknown", "Unknown"
    CLEAR = "clear", "Clear"
    NOT_APPLICABLE = "na", "Not applicable"


class PackState(TextChoices):
    """Where an audit pack stands."""

    REQUESTED = "requested", "Waiting"
    BUILDING = "building", "Being made"
    READY = "ready", "Ready"
    FAILED = "failed", "Not made"


class Cadence(TextChoices):
    """How often a recurring check opens."""

    WEEKLY = "weekly", "Weekly"
    MONTHLY = "monthly", "Monthly"
    QUARTERLY = "quarterly", "Quarterly"


class CheckResult(TextChoices):
    """What came of a recurring check."""

    PASS = "pass", "Passed"
    FAIL = "fail", "Failed"
    NOT_DONE = "not-done", "Not done"
    NOT_OWED = "not-owed", "Not owed"

    @classmethod
    def completed(cls) -> tuple[str, ...]:
        """Those after which the check was done."""
        return (cls.PASS, cls.FAIL)


class ReminderStage(TextChoices):
    """What people are reminded of, in the order in which it comes."""

    OPENED = "opened", "Opened"
    DUE_IN_7_DAYS = "due-7", "Due in 7 days"
    DUE_IN_3_DAYS = "due-3", "Due in 3 days"
    DUE_TOMORROW = "due-1", "Due tomorrow"
    OVERDUE = "overdue", "Overdue"
    ESCALATED = "escalated", "Escalated"


class ActionOrigin(TextChoices):
    """What an action item comes from."""

    GAP = "gap", "Gap"
    CHECK = "check", "Failed check"
    CONDITION = "condition", "Condition"
    FINDING = "finding", "Finding"
    POST_MORTEM = "post-mortem", "Post-mortem"
    OTHER = "other", "Opened by hand"


class ActionState(TextChoices):
    """Where an action item stands: the columns of the board, in their order."""

    OPEN = "open", "Open"
    IN_PROGRESS = "in-progress", "In progress"
    DONE = "done", "Done"
    DROPPED = "dropped", "Dropped"

    @classmethod
    def unfinished(cls) -> tuple[str, ...]:
        """Those in which somebody still has something to do."""
        return (cls.OPEN, cls.IN_PROGRESS)


class Priority(IntegerChoices):
    """What comes first, 1 before all."""

    HIGHEST = 1, "Highest"
    HIGH = 2, "High"
    MEDIUM = 3, "Medium"
    LOW = 4, "Low"


class FindingSeverity(IntegerChoices):
    """How much a finding of compliance weighs, 1 the most."""

    HIGH = 1, "High"
    MEDIUM = 2, "Medium"
    LOW = 3, "Low"


class FindingState(TextChoices):
    """Where a finding stands: what was said last on it decides."""

    OPEN = "open", "Open"
    ANSWERED = "answered", "Answered"
    CLOSED = "closed", "Closed"


class WaiverState(TextChoices):
    """What a request for a waiver is on a day; the last four are over."""

    ASKED = "asked", "Asked"
    STANDING = "standing", "On credit"
    LAPSED = "lapsed", "Lapsed"
    RENEWED = "renewed", "Renewed"
    REVOKED = "revoked", "Revoked"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn"


class WaiverStage(TextChoices):
    """What people are reminded of before a waiver runs out, and when it has."""

    IN_14_DAYS = "in-14", "Lapses in 14 days"
    IN_3_DAYS = "in-3", "Lapses in 3 days"
    LAPSED = "lapsed", "Lapsed"


class DecisionRecordState(TextChoices):
    """Where an architecture decision stands: proposed, then accepted or rejected, then deprecated or superseded."""

    PROPOSED = "proposed", "Proposed"
    ACCEPTED = "accepted", "Accepted"
    REJECTED = "rejected", "Rejected"
    DEPRECATED = "deprecated", "Deprecated"
    SUPERSEDED = "superseded", "Superseded"
