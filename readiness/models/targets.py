"""What a service promises, declared once; measured items and baselines are compared with it."""

from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from portal.models.revisions import AbstractRevision
from readiness.models.services import Service

FIELDS = (
    "p95_ms",
    "p99_ms",
    "error_rate",
    "cost_per_prediction",
    "accuracy",
    "availability",
    "expected_peak",
    "rollback_minutes",
)


def _number(digits: int, places: int, words: str, help_text: str, **limits: Any) -> "models.DecimalField[Any, Any]":
    checks = [MinValueValidator(Decimal(0))] + ([MaxValueValidator(Decimal(limits["most"]))] if limits else [])
    return models.DecimalField(
        words, max_digits=digits, decimal_places=places, null=True, blank=True, help_text=help_text, validators=checks
    )


class ServiceTarget(models.Model):
    """The service's targets. A target left empty leaves what hangs on it undecided, never green."""

    service = models.OneToOneField(Service, on_delete=models.CASCADE, related_name="target")
    p95_ms = _number(10, 1, "p95 latency", "milliseconds")
    p99_ms = _number(10, 1, "p99 latency", "milliseconds")
    error_rate = _number(6, 3, "error rate", "per cent of requests, at most", most=100)
    cost_per_prediction = _number(14, 8, "cost per prediction", "in the currency beside it, at most")
    currency = models.CharField(max_length=3, default="EUR")
    accuracy = _number(8, 4, "accuracy", "of the metric beside it, at least")
    accuracy_metric = models.CharField(max_length=60, blank=True)
    availability = _number(7, 4, "availability", "per cent, at least", most=100)
    expected_peak = _number(12, 2, "expected peak", "requests a second")
    rollback_minutes = _number(6, 1, "rollback", "minutes, at most; 15 when left empty")
    revision = models.PositiveIntegerField(default=0)
    content_digest = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"targets of {self.service}"

    def governed_content(self) -> dict[str, Any]:
        """What a revision keeps."""
        return {name: getattr(self, name) for name in (*FIELDS, "currency", "accuracy_metric")}


class TargetRevision(AbstractRevision):
    """A service's targets as they stood after an event."""

    subject = models.ForeignKey(ServiceTarget, on_delete=models.PROTECT, related_name="revisions")

    class Meta(AbstractRevision.Meta):
        constraints = [models.UniqueConstraint(fields=["subject", "number"], name="target_revision_once")]
