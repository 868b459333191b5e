"""Audit packs: what was asked for, its parts and what was handed out."""

from django.db import models

from portal.models import User
from portal.models.audit import AuditEvent
from portal.models.base import PublicIdModel
from readiness.choices import PackState
from readiness.models.services import Service


class AuditPack(PublicIdModel):
    """One pack: services, a period and the place in the record it shows. Seen by who may see all its services."""

    number = models.PositiveIntegerField(unique=True)
    services = models.ManyToManyField(Service, through="PackPart", related_name="packs")
    since = models.DateField()
    until = models.DateField()
    as_of = models.ForeignKey(AuditEvent, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=PackState, default=PackState.REQUESTED)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="packs")
    requested_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    pages = models.PositiveIntegerField(null=True, blank=True)
    pdf = models.FileField(upload_to="packs", blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    archive = models.FileField(upload_to="packs", blank=True)
    archive_sha256 = models.CharField(max_length=64, blank=True)
    archive_size = models.PositiveBigIntegerField(null=True, blank=True)
    record_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(condition=models.Q(until__gte=models.F("since")), name="pack_period_forward")
        ]

    def __str__(self) -> str:
        return f"pack {self.number}"


class PackPart(models.Model):
    """One service of a pack: claimed by a conditional update with a lease; its PDF is kept by content digest."""

    pack = models.ForeignKey(AuditPack, on_delete=models.CASCADE, related_name="parts")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="pack_parts")
    position = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=PackState, default=PackState.REQUESTED)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    content_digest = models.CharField(max_length=64, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["pack", "service"], name="pack_part_once")]

    def __str__(self) -> str:
        return f"{self.service} in {self.pack}"


class RenderedPart(models.Model):
    """A part's PDF by the digest of what it shows: rendered once, used by every pack that needs it."""

    digest = models.CharField(max_length=64, primary_key=True)
    file = models.FileField(upload_to="parts")
    pages = models.PositiveIntegerField()
    landmarks = models.JSONField(default=dict, help_text="Bookmarks and anchors with their page in the part.")
    rendered_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.digest
