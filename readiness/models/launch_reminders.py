"""Moments after a decision at which somebody is told, if what was awaited did not come (docs/adr/0009)."""

from django.db import models
from django.db.models import Q

from readiness.models.decisions import Condition
from readiness.models.releases import Deployment


class LaunchReminder(models.Model):
    """One awaited moment: the end of a condition's last day, or the hour at which the items after the go are due.

    `remind_at` is None once it was looked at: what held then was said, or there was nothing to say.
    """

    condition = models.OneToOneField(
        Condition, null=True, blank=True, on_delete=models.CASCADE, related_name="reminder"
    )
    deployment = models.OneToOneField(
        Deployment, null=True, blank=True, on_delete=models.CASCADE, related_name="reminder"
    )
    remind_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(condition__isnull=False, deployment__isnull=True)
                | Q(condition__isnull=True, deployment__isnull=False),
                name="launch_reminder_of_one",
            )
        ]
        indexes = [
            models.Index(fields=["remind_at"], condition=Q(remind_at__isnull=False), name="launch_to_remind"),
        ]

    def __str__(self) -> str:
        return f"{self.condition or self.deployment} at {self.remind_at}"
