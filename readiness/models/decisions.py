"""Launch decisions with everything they saw, the conditions they set, and what ended them. Append-only."""

from django.db import models
from django.urls import reverse

from portal.models import User
from portal.models.audit import AuditEvent
from portal.models.base import PublicIdModel, VisibleQuerySet
from readiness.choices import EnvironmentKind, LiveVerdict, Verdict
from readiness.models.drills import Drill
from readiness.models.releases import Deployment, Release
from readiness.models.reviews import Review
from readiness.models.services import Environment, Service
from readiness.models.signed import Signed


class LaunchDecisionQuerySet(VisibleQuerySet["LaunchDecision"]):
    """Decisions that somebody may see."""

    scope_path = "service__scope"

    def for_production(self) -> "LaunchDecisionQuerySet":
        """Those that let a release reach production, or keep it from it."""
        return self.filter(environment__kind=EnvironmentKind.PRODUCTION)


class LaunchDecision(Signed):
    """One verdict on one release in one environment. Its state (current, superseded, expired, lapsed) is computed.

    `sequence` counts the decisions on this release in this environment, so that two who decide at once cannot both.
    `governed_digest` is the digest of what the verdict rests on: the gate compares it with the live one at each call.
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="decisions")
    number = models.PositiveIntegerField()
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="decisions")
    environment = models.ForeignKey(Environment, on_delete=models.PROTECT, related_name="decisions")
    review = models.ForeignKey(Review, null=True, on_delete=models.PROTECT, related_name="decisions")
    sequence = models.PositiveIntegerField()
    verdict = models.CharField(max_length=16, choices=Verdict)
    rationale = models.TextField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="decisions")
    decided_at = models.DateTimeField()

    on_call = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    on_call_until = models.DateTimeField(null=True, blank=True)
    drill = models.ForeignKey(Drill, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    return_to = models.CharField("release to return to", max_length=120, blank=True)
    told = models.TextField("who was told", blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    acknowledged = models.JSONField(default=dict, help_text="Unknown triggers accepted: key to reason.")
    snapshot = models.TextField(help_text="Everything it saw, as canonical JSON.")
    snapshot_digest = models.CharField(max_length=64)
    governed_digest = models.CharField(max_length=64)
    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="+")

    objects = LaunchDecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_at"]
        constraints = [
            models.UniqueConstraint(fields=["service", "number"], name="decision_number_once"),
            models.UniqueConstraint(fields=["release", "environment", "sequence"], name="decision_sequence_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} for {self.release} in {self.environment}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("readiness:decision", args=[self.service.slug, self.number])


class Condition(PublicIdModel):
    """What a conditional go asks for, from whom, until when. Append-only.

    It is about one item, or after an emergency go about a review that was missing, by its kind.
    """

    decision = models.ForeignKey(LaunchDecision, on_delete=models.PROTECT, related_name="conditions")
    item_key = models.CharField(max_length=60, blank=True)
    review_kind = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=300)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="conditions")
    due_on = models.DateField()

    class Meta:
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.text


class ConditionMet(PublicIdModel):
    """A condition was met: who says so, when and by what. Append-only."""

    condition = models.OneToOneField(Condition, on_delete=models.PROTECT, related_name="met")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    on = models.DateField(help_text="The day it was then where the team is: whether it came in time.")
    note = models.TextField()
    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"met: {self.condition}"

    @property
    def was_late(self) -> bool:
        """Whether its last day was over where the team is: the go had lapsed by then."""
        return self.on > self.condition.due_on


class DecisionWithdrawal(Signed):
    """A decision was taken in error: who says so, when and why, on a proof of their own. Append-only."""

    decision = models.OneToOneField(LaunchDecision, on_delete=models.PROTECT, related_name="withdrawal")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()
    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"withdrawn: {self.decision}"


class EmergencyRequest(Signed):
    """The first of the two acts of an emergency go: who asks for it and why, on a proof of their own. Append-only.

    It stands for an hour; a decider who takes it up records the decision (`EmergencyGo`).
    """

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="emergency_requests")
    environment = models.ForeignKey(Environment, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    reason = models.TextField()
    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return f"emergency go asked for {self.release} in {self.environment}"


class EmergencyGo(PublicIdModel):
    """The request that a decider took up, and the decision it became. Append-only."""

    request = models.OneToOneField(EmergencyRequest, on_delete=models.PROTECT, related_name="taken_up")
    decision = models.OneToOneField(LaunchDecision, on_delete=models.PROTECT, related_name="emergency")

    def __str__(self) -> str:
        return f"{self.decision}, asked for by {self.request.asked_by}"


class LiveDecision(Signed):
    """Keep or roll back: what a decider said of a live release, and what they were asked about. Append-only.

    `sequence` counts them on one deployment, so that two who decide at once cannot both; `asked` holds the sentences of
    what failed or was late. `back_to` is the release that is live again.
    """

    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="verdicts")
    sequence = models.PositiveIntegerField()
    verdict = models.CharField(max_length=10, choices=LiveVerdict)
    reason = models.TextField()
    asked = models.JSONField(default=list)
    back_to = models.ForeignKey(Release, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-decided_at"]
        constraints = [
            models.UniqueConstraint(fields=["deployment", "sequence"], name="live_decision_sequence_once"),
            models.CheckConstraint(
                condition=models.Q(verdict="keep", back_to__isnull=True)
                | models.Q(verdict="roll-back", back_to__isnull=False),
                name="live_decision_names_its_release",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}: {self.deployment}"
