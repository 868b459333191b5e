"""Incidents: what went wrong, who is on it, every word that was said, and the steps that were done."""

import datetime
import zoneinfo
from typing import Any

from django.db import models
from django.db.models import Case, F, Q, TextField, Value, When
from django.urls import reverse

from incidents.choices import Audience, EntryKind, IncidentState, PostMortemState, Severity
from incidents.models.runbooks import RunbookRevision
from incidents.rules import playbook_steps, references, reminders, withheld
from incidents.rules.playbook_steps import Frozen
from incidents.rules.reminders import Owed, Reminder
from portal.models import User
from portal.models.audit import AuditEvent
from portal.models.base import PublicIdModel, VisibleQuerySet
from portal.models.revisions import AbstractRevision
from portal.permissions import Access
from readiness.models import ModelVersion, Release, Service


class IncidentQuerySet(VisibleQuerySet["Incident"]):
    """Incidents that somebody may see."""

    scope_path = "service__scope"

    def open(self) -> "IncidentQuerySet":
        """Those that still do harm or may again: neither resolved nor closed."""
        return self.exclude(state__in=(IncidentState.RESOLVED, IncidentState.CLOSED))


class Incident(PublicIdModel):
    """One incident, kept under the service it began in; `affected` names others too.

    `playbook` is the key of the playbook that is followed and `playbook_content` its steps as they stood, so that a
    later change of the playbook does not change what was ticked. `harm`, `affected_groups` and the model version are
    the facts that incidents of AI have besides.
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="incidents")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    severity = models.PositiveSmallIntegerField(choices=Severity)
    worst_severity = models.PositiveSmallIntegerField(choices=Severity, help_text="The worst its revisions know.")
    state = models.CharField(max_length=14, choices=IncidentState, default=IncidentState.INVESTIGATING)
    commander = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    playbook = models.CharField(max_length=60, blank=True)
    playbook_content = models.TextField(blank=True)
    runbook_revision = models.ForeignKey(
        RunbookRevision, null=True, blank=True, on_delete=models.PROTECT, related_name="incidents"
    )
    release = models.ForeignKey(Release, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    model_version = models.ForeignKey(ModelVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    harm = models.TextField(blank=True)
    affected_groups = models.TextField(blank=True)
    started_at = models.DateTimeField()
    declared_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()
    mitigated_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    next_word_at = models.DateTimeField(null=True, blank=True)
    post_mortem_due_on = models.DateField(
        null=True,
        blank=True,
        help_text="By when it is to be published; empty until resolved once, or where it owes none.",
    )
    remind_at = models.DateTimeField(
        null=True, blank=True, db_index=True, help_text="When somebody is next told of what it owes; none when nobody."
    )
    affected = models.ManyToManyField(Service, through="AffectedService", related_name="affected_by")
    revision = models.PositiveIntegerField(default=0)
    content_digest = models.CharField(max_length=64, blank=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        ordering = ["-declared_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["service", "number"], name="incident_number_once")]
        indexes = [models.Index(fields=["service", "state"], name="incident_by_service")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("incidents:incident", args=[self.service.slug, self.number])

    @property
    def label(self) -> str:
        """What it is called within its service, such as INC-0031."""
        return references.label(self.number)

    @property
    def is_open(self) -> bool:
        """Whether it still does harm or may again."""
        return self.state not in (IncidentState.RESOLVED, IncidentState.CLOSED)

    def reminder(self, now: datetime.datetime) -> Reminder:
        """What is to be said at `now` of what it owes, and when the next word is due. Reads the post-mortem."""
        written = getattr(self, "post_mortem", None)
        is_explained = written is not None and written.state == PostMortemState.PUBLISHED
        owed = Owed(
            since=self.resolved_at or self.declared_at,
            next_word_at=self.next_word_at if self.is_open else None,
            post_mortem_due_on=None if is_explained else self.post_mortem_due_on,
        )
        return reminders.reminder(owed, zoneinfo.ZoneInfo(self.service.team.time_zone), now)

    @property
    def steps_followed(self) -> Frozen:
        """The playbook as it stood when the incident was declared."""
        return playbook_steps.read(self.playbook_content)

    def governed_content(self) -> dict[str, Any]:
        """What a revision keeps."""
        return {
            "service": self.service.slug,
            "number": self.number,
            "title": self.title,
            "severity": int(self.severity),
            "state": self.state,
            "commander": self.commander.public_id if self.commander else None,
            "playbook": self.playbook,
            "runbook_revision": self.runbook_revision.digest if self.runbook_revision else None,
            "release": self.release.public_id if self.release else None,
            "model_version": self.model_version.public_id if self.model_version else None,
            "harm": self.harm,
            "affected_groups": self.affected_groups,
            "started_at": self.started_at,
            "mitigated_at": self.mitigated_at,
            "resolved_at": self.resolved_at,
            "closed_at": self.closed_at,
            "post_mortem_due_on": self.post_mortem_due_on,
        }


class IncidentRevision(AbstractRevision):
    """An incident as it stood after an event."""

    subject = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="revisions")

    class Meta(AbstractRevision.Meta):
        constraints = [models.UniqueConstraint(fields=["subject", "number"], name="incident_revision_once")]


class AffectedService(models.Model):
    """A service that an incident touches besides the one it began in, and how."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="affects")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "service"], name="affected_service_once")]

    def __str__(self) -> str:
        return f"{self.service} in {self.incident}"


class TimelineQuerySet(models.QuerySet["TimelineEntry"]):
    """Lines of timelines, with `told`: what a reader is told by each."""

    def told_to(self, access: Access) -> "TimelineQuerySet":
        """The lines as this person reads them: of what they may not see no word, but that there is something."""
        return self._told(Q(about__in=Service.objects.visible_to(access)))

    def told_openly(self) -> "TimelineQuerySet":
        """The lines as everybody reads them who sees the incident."""
        return self._told(Q(about__scope__restricted=False))

    def _told(self, seen: Q) -> "TimelineQuerySet":
        hidden = [When(kind=kind, then=Value(withheld.line(kind))) for kind in withheld.LINES]
        own = When(Q(about=None) | seen, then=F("text"))
        default = Value(withheld.line(""))
        return self.annotate(told=Case(own, *hidden, default=default, output_field=TextField()))


class TimelineEntry(PublicIdModel):
    """One line of an incident's timeline: what was said or done, by whom (None: the portal), when. Append-only.

    `about` is the service that a line tells of, where it is another than that of the incident: whoever may not see it
    reads `told` and not `text`, now or once it is restricted.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="timeline")
    kind = models.CharField(max_length=10, choices=EntryKind)
    text = models.TextField()
    about = models.ForeignKey(Service, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.TIMELINE)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    event = models.ForeignKey(AuditEvent, on_delete=models.PROTECT, related_name="+")

    objects = TimelineQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name_plural = "timeline entries"

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text}"


class StepRun(models.Model):
    """A step of the playbook was done, left out with a reason, or is open again. Append-only: the newest row counts."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    did = models.CharField(max_length=8, choices=[("done", "Done"), ("left-out", "Left out"), ("open", "Open again")])
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(did="left-out") | ~Q(note=""), name="step_left_out_with_reason")
        ]

    def __str__(self) -> str:
        return f"step {self.number}: {self.did}"
