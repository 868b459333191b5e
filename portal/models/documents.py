"""Documents: versioned fields with every revision kept, a keeper, and a review that falls due."""

import datetime
import zoneinfo
from typing import Any

from django.db import models

from portal import clock
from portal.models.audit import AuditEvent
from portal.models.base import PublicIdModel
from portal.models.revisions import AbstractRevision
from portal.models.scopes import Scope
from portal.models.users import User
from portal.rules import freshness
from portal.rules.freshness import Freshness, Reminder


class AbstractDocument(PublicIdModel):
    """The head row of a document: its content as it stands. A kind adds what it belongs to, and its revisions.

    `reviewed_revision` is the revision that somebody last said is still true; `review_on` follows that day.
    """

    content = models.JSONField(default=dict)
    keeper = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    review_every = models.PositiveSmallIntegerField(default=freshness.USUAL, help_text="Days.")
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reviewed_on = models.DateField()
    reviewed_revision = models.PositiveIntegerField(default=1)
    review_on = models.DateField()
    revision = models.PositiveIntegerField(default=0)
    content_digest = models.CharField(max_length=64, blank=True)
    remind_at = models.DateTimeField(
        null=True, db_index=True, help_text="When somebody is next told of its review; none when nobody is."
    )

    class Meta:
        abstract = True

    @property
    def scope(self) -> Scope:
        """What its visibility hangs on."""
        raise NotImplementedError

    @property
    def freshness(self) -> Freshness:
        """How it stands today (UTC)."""
        return freshness.on(self.review_on, clock.now().date())

    def reminder(self, now: datetime.datetime) -> Reminder:
        """What is to be said of its review at `now`, and when the next word is due."""
        written = datetime.datetime.combine(self.reviewed_on, datetime.time(), datetime.UTC)
        return freshness.reminder(written, self.review_on, zoneinfo.ZoneInfo(self.scope.team.time_zone), now)

    def get_absolute_url(self) -> str:
        """Its page."""
        raise NotImplementedError

    def governed_content(self) -> dict[str, Any]:
        """What a revision keeps: the fields, who keeps it, how often it is reviewed, and what the kind adds."""
        return {"fields": self.content, "keeper": self.keeper.public_id, "review_every": self.review_every}

    def recorded_facts(self) -> dict[str, Any]:
        """By which facts the record knows it: its service, and its name there."""
        raise NotImplementedError


class AbstractDocumentReview(models.Model):
    """Somebody said that a revision is still true. Append-only. A kind adds `document`."""

    revision = models.PositiveIntegerField()
    note = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    review_on = models.DateField(help_text="When the next one was due from then on.")
    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"review of revision {self.revision}"

    @property
    def at(self) -> datetime.datetime:
        """The moment, as the record has it."""
        return self.event.at


class AbstractDocumentRevision(AbstractRevision):
    """A document as it stood after an event, with the writer's words on why. A kind adds `subject`."""

    note = models.CharField(max_length=300, blank=True)

    class Meta(AbstractRevision.Meta):
        abstract = True
