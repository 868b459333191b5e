"""Words that incidents' rows are made of."""

from django.db.models import IntegerChoices, TextChoices


class Severity(IntegerChoices):
    """How bad it is, by effect; 1 is the worst and blocks every launch."""

    SEV_1 = 1, "Sev-1"
    SEV_2 = 2, "Sev-2"
    SEV_3 = 3, "Sev-3"
    SEV_4 = 4, "Sev-4"


class IncidentState(TextChoices):
    """How far an incident is. It goes on in this order, and from resolved back where it comes back."""

    INVESTIGATING = "investigating", "Investigating"
    IDENTIFIED = "identified", "Identified"
    MITIGATED = "mitigated", "Mitigated"
    RESOLVED = "resolved", "Resolved"
    CLOSED = "closed", "Closed"


class EntryKind(TextChoices):
    """What a line of the timeline tells."""

    DECLARED = "declared", "Declared"
    NOTE = "note", "Note"
    UPDATE = "update", "Status update"
    STATE = "state", "State"
    SEVERITY = "severity", "Severity"
    COMMANDER = "commander", "Commander"
    STEP = "step", "Step"
    ALERT = "alert", "Alert"
    SERVICE = "service", "Affected service"
    RUNBOOK = "runbook", "Runbook"


class Audience(TextChoices):
    """Who reads a status update."""

    TIMELINE = "timeline", "Timeline only"
    TEAMS = "teams", "The teams of the affected services"


class SourceKind(TextChoices):
    """Whose form the posts of an alert source have."""

    ALERTMANAGER = "alertmanager", "Prometheus Alertmanager"
    GRAFANA = "grafana", "Grafana alerting"
    SNS = "sns", "AWS CloudWatch or SageMaker through SNS"
    EVIDENTLY = "evidently", "Evidently test suite"
    PAGERDUTY = "pagerduty", "PagerDuty"
    GENERIC = "generic", "Any other, in the documented form"


class AlertState(TextChoices):
    """Whether an alert still stands."""

    FIRING = "firing", "Firing"
    RESOLVED = "resolved", "Resolved"
    LEFT_OUT = "left-out", "Left out"


class PlacementAct(TextChoices):
    """What a person did with an alert, so that it is where it is."""

    MATCHED = "matched", "Given to a rule"
    JOINED = "joined", "Joined to an incident"
    LEFT_OUT = "left-out", "Left out"


class PostMortemState(TextChoices):
    """Whether others may rely on it."""

    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"


class ProposalState(TextChoices):
    """What became of a proposed item or point of a checklist."""

    PROPOSED = "proposed", "Proposed"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
