"""Findings: what compliance holds against a service, what the team answers, and how it ended. Append-only."""

from typing import Any

from django.db import models
from django.db.models import Case, OuterRef, Subquery, TextChoices, Value, When
from django.urls import reverse

from portal.models import User
from portal.models.audit import AuditEvent
from portal.models.base import PublicIdModel, VisibleQuerySet
from readiness.choices import FindingSeverity, FindingState
from readiness.models.decisions import LaunchDecision
from readiness.models.services import Service


class FindingQuerySet(VisibleQuerySet["Finding"]):
    """Findings that somebody may see."""

    scope_path = "service__scope"

    def of_answer(self) -> "FindingQuerySet":
        """Inside a statement on answers: those on the answer's item, of its service."""
        return self.filter(service=OuterRef("review__service"), item_key=OuterRef("item_key"))

    def with_state(self) -> "FindingQuerySet":
        """With `state`, and `last_at`: when something was last said on it."""
        last = FindingEntry.objects.filter(finding=OuterRef("pk")).order_by("-pk")
        state = Case(
            When(last_kind=FindingEntry.Kind.ANSWER, then=Value(FindingState.ANSWERED)),
            When(last_kind=FindingEntry.Kind.CLOSED, then=Value(FindingState.CLOSED)),
            default=Value(FindingState.OPEN),
        )
        return self.annotate(
            last_kind=Subquery(last.values("kind")[:1]), last_at=Subquery(last.values("at")[:1])
        ).annotate(state=state)


class Finding(PublicIdModel):
    """Something compliance found on a service, perhaps on one of its items or decisions. Append-only.

    Its state is what was said last on it (`FindingQuerySet.with_state`).
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="findings")
    number = models.PositiveIntegerField()
    severity = models.PositiveSmallIntegerField(choices=FindingSeverity)
    title = models.CharField(max_length=200)
    text = models.TextField()
    item_key = models.CharField(max_length=60, blank=True)
    decision = models.ForeignKey(
        LaunchDecision, null=True, blank=True, on_delete=models.PROTECT, related_name="findings"
    )
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    content_digest = models.CharField(max_length=64)
    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="+")

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["service", "number"], name="finding_number_once")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("readiness:finding", args=[self.service.slug, self.number])

    @property
    def state_words(self) -> str:
        """Where it stands, in a word, where it was read `with_state`."""
        return str(FindingState(self.state).label)  # type: ignore[attr-defined]  # annotated

    def governed_content(self) -> dict[str, Any]:
        """What its event is bound to."""
        return {
            "service": self.service.slug,
            "number": self.number,
            "severity": self.severity,
            "title": self.title,
            "text": self.text,
            "item": self.item_key,
            "decision": self.decision.number if self.decision else None,
        }


class FindingEntry(PublicIdModel):
    """What was said on a finding: the team's answer, compliance asking for more, or its end. Append-only."""

    class Kind(TextChoices):
        """What it does to the finding."""

        ANSWER = "answer", "Answered"
        SENT_BACK = "sent-back", "Asked for more"
        CLOSED = "closed", "Closed"

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.finding}"
