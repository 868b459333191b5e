"""Decision records (ADRs): why something is as it is, numbered per service, never rewritten once accepted."""

import datetime
from typing import Any

from django.db import models
from django.urls import reverse

from portal.models import Scope
from portal.models.base import VisibleQuerySet
from portal.models.documents import AbstractDocument, AbstractDocumentReview, AbstractDocumentRevision
from portal.rules import freshness
from portal.rules.freshness import Freshness, Reminder
from readiness.choices import DecisionRecordState
from readiness.models.services import Service


class DecisionRecordQuerySet(VisibleQuerySet["DecisionRecord"]):
    """Records that somebody may see."""

    scope_path = "service__scope"


class DecisionRecord(AbstractDocument):
    """One architecture decision of a service.

    `superseded_by` is the later record that took its place; read from the other side it is what that one supersedes, so
    the two never disagree. `decided_on` is when it was accepted or rejected.
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="decision_records")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=DecisionRecordState, default=DecisionRecordState.PROPOSED)
    decided_on = models.DateField(null=True, blank=True)
    superseded_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="supersedes"
    )

    objects = DecisionRecordQuerySet.as_manager()

    class Meta:
        ordering = ["service__name", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["service", "number"], name="decision_record_number_once"),
            models.CheckConstraint(
                condition=models.Q(superseded_by=None) | models.Q(state=DecisionRecordState.SUPERSEDED),
                name="decision_record_superseded_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    @property
    def freshness(self) -> Freshness:
        """How it stands today (UTC): only what is accepted wants to be reviewed."""
        is_held = self.state == DecisionRecordState.ACCEPTED
        return super().freshness if is_held else freshness.on(self.review_on, self.review_on)

    def reminder(self, now: datetime.datetime) -> Reminder:
        """What is to be said of its review at `now`: of what is not accepted nothing."""
        return super().reminder(now) if self.state == DecisionRecordState.ACCEPTED else Reminder(None, None)

    @property
    def standing(self) -> str:
        """Where it stands, in words: with the number of the record that took its place."""
        words: str = self.get_state_display()
        return f"{words} by {self.superseded_by.number}" if self.superseded_by else words

    @property
    def symbol(self) -> str:
        """Which of the symbols of states goes with it."""
        if self.state == DecisionRecordState.PROPOSED:
            return "info"
        return "green" if self.state == DecisionRecordState.ACCEPTED else "na"

    @property
    def is_past(self) -> bool:
        """Whether it holds no longer, or never did."""
        return self.state not in {DecisionRecordState.PROPOSED, DecisionRecordState.ACCEPTED}

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("readiness:decision_record", args=[self.service.slug, self.number])

    @property
    def scope(self) -> Scope:
        """That of its service."""
        return self.service.scope

    def governed_content(self) -> dict[str, Any]:
        """The fields, what it is called, where it stands and what took its place."""
        own = {"title": self.title, "state": self.state, "decided_on": self.decided_on}
        later = self.superseded_by.number if self.superseded_by else None
        return {
            **super().governed_content(),
            "service": self.service.slug,
            "number": self.number,
            **own,
            "superseded_by": later,
        }

    def recorded_facts(self) -> dict[str, Any]:
        """By which facts the record knows it."""
        return {"service": self.service.slug, "number": self.number, "state": self.state}


class DecisionRecordRevision(AbstractDocumentRevision):
    """A decision record as it stood after an event."""

    subject = models.ForeignKey(DecisionRecord, on_delete=models.PROTECT, related_name="revisions")

    class Meta(AbstractDocumentRevision.Meta):
        constraints = [models.UniqueConstraint(fields=["subject", "number"], name="decision_record_revision_once")]


class DecisionRecordReview(AbstractDocumentReview):
    """Somebody said that a decision record still holds."""

    document = models.ForeignKey(DecisionRecord, on_delete=models.PROTECT, related_name="reviews")
