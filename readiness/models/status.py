"""The status row: what the lists and the status call read, written in the transaction of each change."""

import datetime
import json
from typing import Any

from django.db import models

from portal import clock
from readiness.choices import DecisionState, EnvironmentKind, Verdict
from readiness.models.services import Service

_decoder = json.JSONDecoder()


class Words(models.JSONField):
    """A list of short words, of which lists and exports read thousands: decoded without what `json.loads` asks first.

    For migrations it is the field it derives from, since the column is the same.
    """

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """The list; a single word of it, where a statement selects one, as Django reads it."""
        if isinstance(value, str) and value.startswith("["):
            return _decoder.raw_decode(value)[0]
        return super().from_db_value(value, expression, connection)

    def deconstruct(self) -> Any:
        """How migrations write it."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs


class ServiceStatus(models.Model):
    """One row per service, equal at any time to what recomputing would give (queries/status.py).

    The decision is the latest for production, or where there is none the latest for elsewhere.

    What only the passing of time changes is kept as the day or the moment on which it does: a conditional go lapses
    at `lapses_at`, when `lapses_on`, the day of its first open condition, ends where the team is; a go that nobody
    deployed expires at `expires_at`.
    """

    service = models.OneToOneField(Service, on_delete=models.CASCADE, related_name="status")
    pillars = Words(
        default=list,
        help_text="Ten entries as of rules.pillars.as_words: state, open items, applicable items, green items.",
    )
    red = models.PositiveSmallIntegerField(default=0)
    yellow = models.PositiveSmallIntegerField(default=0)
    applicable = models.PositiveSmallIntegerField(default=0)
    answered = models.PositiveSmallIntegerField(default=0)
    green = models.PositiveSmallIntegerField(default=0)
    waived = models.PositiveSmallIntegerField(default=0)
    owner_holes = models.PositiveSmallIntegerField(default=0)
    signoffs_waiting = models.PositiveSmallIntegerField(default=0)
    decision_number = models.PositiveIntegerField(null=True)
    verdict = models.CharField(max_length=16, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_release = models.CharField(max_length=60, blank=True)
    decided_for = models.CharField("environment decided for", max_length=40, blank=True)
    decided_for_kind = models.CharField("kind of that environment", max_length=12, blank=True)
    expires_at = models.DateTimeField(null=True)
    lapses_on = models.DateField(null=True)
    lapses_at = models.DateTimeField(null=True)
    ended = models.CharField(max_length=12, blank=True, help_text="What ended the decision by an act: a DecisionState.")
    check_due_at = models.DateTimeField(null=True, help_text="When the first of the open recurring checks is due.")
    open_incidents = models.PositiveSmallIntegerField(default=0, help_text="Those that everybody who sees it may see.")
    worst_incident = models.PositiveSmallIntegerField(null=True, help_text="Severity of the worst of them, from 1.")
    checks_due = models.JSONField(default=list, help_text="When each open recurring check is due, UTC, in order.")
    version = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "service statuses"
        indexes = [models.Index(fields=["-red", "-yellow"], name="status_worst_first")]

    def __str__(self) -> str:
        return f"status of {self.service}"

    @property
    def standing(self) -> str:
        """The verdict as it counts now, or what ended it (a DecisionState); "" where none was taken."""
        return self.standing_at(clock.now())

    @property
    def in_production(self) -> str:
        """The same where it was taken for production, else "": what is right for staging says nothing of production."""
        return self.standing if self.decided_for_kind == EnvironmentKind.PRODUCTION else ""

    @property
    def standing_words(self) -> str:
        """The verdict as it counts now, with its release, and the environment where that is not production.

        It says nothing of what runs. "" where none was taken.
        """
        standing = self.standing
        if not standing:
            return ""
        elsewhere = "" if self.decided_for_kind == EnvironmentKind.PRODUCTION else f" in {self.decided_for}"
        if standing in Verdict.values:
            return f"{Verdict(standing).label} for {self.decided_release}{elsewhere}"
        return f"{DecisionState(standing).label}: {self.decided_release}{elsewhere}"

    @property
    def verdict_words(self) -> str:
        """What was decided for which release, whatever became of it; "" where nothing was."""
        return f"{Verdict(self.verdict).label} for {self.decided_release}" if self.verdict else ""

    @property
    def incident_words(self) -> str:
        """“2 open incidents, worst sev-1”; "" where none is open."""
        if not self.open_incidents:
            return ""
        several = self.open_incidents > 1
        return f"{self.open_incidents} open incident{'s, worst' if several else ','} sev-{self.worst_incident}"

    @property
    def checks_late(self) -> int:
        """How many recurring checks are overdue now."""
        now = clock.now()
        return sum(1 for due in self.checks_due if datetime.datetime.fromisoformat(due) <= now)

    def standing_at(self, now: datetime.datetime) -> str:
        """What `standing` says at the moment `now`."""
        if self.ended:
            return self.ended
        if self.lapses_at and self.lapses_at <= now:
            return str(DecisionState.LAPSED)
        if self.expires_at and self.expires_at <= now:
            return str(DecisionState.EXPIRED)
        return self.verdict


class StatusWeek(models.Model):
    """The counts of a service as they last stood in a week; a week without a row is as the one before.

    Written with the status row when a count changes, so that a trend needs nobody who looks at the clock.
    """

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="status_weeks")
    week = models.DateField(help_text="Its Monday, UTC.")
    applicable = models.PositiveSmallIntegerField()
    answered = models.PositiveSmallIntegerField()
    green = models.PositiveSmallIntegerField()
    waived = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["service", "week"]
        constraints = [models.UniqueConstraint(fields=["service", "week"], name="status_week_once")]

    def __str__(self) -> str:
        return f"{self.service} in the week of {self.week}"
