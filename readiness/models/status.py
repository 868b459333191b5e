"""The status row: what the lists and the status call read, written in the transaction of each change."""

from django.db import models

from readiness.models.services import Service


class ServiceStatus(models.Model):
    """One row per service, equal at any time to what recomputing would give (queries/status.py)."""

    service = models.OneToOneField(Service, on_delete=models.CASCADE, related_name="status")
    pillars = models.JSONField(
        default=list, help_text="Ten entries: number, state, open items, applicable items, green items."
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
    version = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "service statuses"
        indexes = [models.Index(fields=["-red", "-yellow"], name="status_worst_first")]

    def __str__(self) -> str:
        return f"status of {self.service}"
