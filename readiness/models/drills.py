"""Rehearsals on record."""

from django.core.validators import MinValueValidator
from django.db import models

from portal.models import Attachment, User
from portal.models.base import PublicIdModel, VisibleQuerySet
from readiness.choices import DrillKind, DrillResult
from readiness.models.releases import Release
from readiness.models.services import Environment, Service


class DrillQuerySet(VisibleQuerySet["Drill"]):
    """Drills that somebody may see."""

    scope_path = "service__scope"


class Drill(PublicIdModel):
    """A rollback, restore, failover or runbook was run end to end by a named person. Never edited.

    `way_back_digest` stands for the way back as it was (serving stack, model source, rollback runbook): while it is
    unchanged, and for 90 days, a rollback drill is valid (product.md, Drills).
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="drills")
    kind = models.CharField(max_length=10, choices=DrillKind, default=DrillKind.ROLLBACK)
    environment = models.ForeignKey(Environment, on_delete=models.PROTECT, related_name="+")
    from_version = models.CharField("from version", max_length=120)
    to_version = models.CharField("back to version", max_length=120)
    release = models.ForeignKey(Release, null=True, blank=True, on_delete=models.PROTECT, related_name="drills")
    performed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="drills")
    performed_at = models.DateTimeField()
    result = models.CharField(max_length=8, choices=DrillResult)
    minutes = models.DecimalField(max_digits=6, decimal_places=1, validators=[MinValueValidator(0)])
    note = models.TextField(blank=True)
    link = models.URLField(blank=True)
    attachment = models.ForeignKey(Attachment, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    way_back_digest = models.CharField(max_length=64)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = DrillQuerySet.as_manager()

    class Meta:
        ordering = ["-performed_at"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} drill of {self.performed_at:%-d %b %Y}"
