"""What a live service owes each week, month and quarter, and what came of it."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from portal.models import Attachment, Team, User
from portal.models.base import PublicIdModel, VisibleQuerySet
from portal.models.revisions import AbstractRevision
from readiness.choices import Cadence, CheckResult
from readiness.models.checklist_templates import CheckVersion, RecurringCheck
from readiness.models.services import Service
from readiness.rules.schedules import Point, Timetable


class TeamTimetable(models.Model):
    """The days a team has chosen for one cadence; without a row the catalogue's hold."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="timetables")
    cadence = models.CharField(max_length=10, choices=Cadence)
    opens_day = models.PositiveSmallIntegerField()
    opens_time = models.TimeField()
    due_day = models.PositiveSmallIntegerField()
    due_time = models.TimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "cadence"], name="timetable_once")]

    def __str__(self) -> str:
        return f"{self.get_cadence_display()} checks of {self.team}"

    @property
    def timetable(self) -> Timetable:
        """The same, as the rules take it."""
        opens, due = Point(self.opens_day, self.opens_time), Point(self.due_day, self.due_time)
        return Timetable(Cadence(self.cadence), opens, due)


class OccurrenceQuerySet(VisibleQuerySet["CheckOccurrence"]):
    """Filters over what is and was owed."""

    scope_path = "service__scope"

    def open(self) -> "OccurrenceQuerySet":
        """Those without a result: they wait for one, or were missed."""
        return self.filter(result="")

    def completed(self) -> "OccurrenceQuerySet":
        """Those that somebody did, whatever came of it."""
        return self.filter(result__in=CheckResult.completed())


class CheckOccurrence(PublicIdModel):
    """One check, for one service and one period: opened once, with the words and the moments that held then.

    A result may be put right until the period ends; each is kept as a revision. `remind_at` is the moment at which
    the next reminder is due, None when none is (rules/reminders.py).
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="occurrences")
    recurring_check = models.ForeignKey(RecurringCheck, on_delete=models.PROTECT, related_name="occurrences")
    version = models.ForeignKey(CheckVersion, on_delete=models.PROTECT, related_name="+")
    cadence = models.CharField(max_length=10, choices=Cadence)
    period = models.CharField(max_length=10)
    pillar = models.PositiveSmallIntegerField()
    domain_key = models.CharField(max_length=40, blank=True, help_text="Empty: the service owner answers.")
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    remind_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=10, choices=CheckResult, blank=True)
    note = models.TextField(blank=True)
    link = models.URLField(max_length=500, blank=True)
    values = models.JSONField(default=dict, help_text="Numbers by name, as text.")
    attachment = models.ForeignKey(Attachment, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    done_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    snooze_reason = models.CharField(max_length=300, blank=True)
    revision = models.PositiveIntegerField(default=0)
    content_digest = models.CharField(max_length=64, blank=True)

    objects = OccurrenceQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_at", "recurring_check__position"]
        constraints = [
            models.UniqueConstraint(fields=["service", "recurring_check", "period"], name="occurrence_once"),
            models.CheckConstraint(
                condition=Q(result="", done_at__isnull=True) | ~Q(result="") & Q(done_at__isnull=False),
                name="occurrence_done_has_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["remind_at"], condition=Q(remind_at__isnull=False), name="occurrence_to_remind"),
            models.Index(fields=["service", "due_at"], condition=Q(result=""), name="occurrence_open"),
            models.Index(fields=["ends_at"], condition=Q(result=""), name="occurrence_can_be_done"),
        ]

    def __str__(self) -> str:
        return f"{self.recurring_check} {self.period}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("readiness:check", args=[self.public_id])

    def governed_content(self) -> dict[str, Any]:
        """What a revision keeps."""
        return {
            "check": self.recurring_check.key,
            "period": self.period,
            "version": self.version.digest,
            "result": self.result,
            "note": self.note,
            "link": self.link,
            "values": self.values,
            "file": self.attachment.sha256 if self.attachment else "",
            "by": self.done_by.public_id if self.done_by else "",
            "snoozed_until": self.snoozed_until,
            "snooze_reason": self.snooze_reason,
        }


class OccurrenceRevision(AbstractRevision):
    """A result as it stood after an event."""

    subject = models.ForeignKey(CheckOccurrence, on_delete=models.PROTECT, related_name="revisions")

    class Meta(AbstractRevision.Meta):
        constraints = [models.UniqueConstraint(fields=["subject", "number"], name="occurrence_revision_once")]
