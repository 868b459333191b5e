"""Revisions: governed content as it stood after each event."""

from django.db import models

from portal.models.audit import AuditEvent
from portal.models.users import User


class AbstractRevision(models.Model):
    """One state of a governed thing: append-only. A concrete revision adds `subject`, the head row."""

    number = models.PositiveIntegerField()
    content = models.TextField(help_text="Canonical JSON.")
    digest = models.CharField(max_length=64)
    author = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    event = models.ForeignKey(AuditEvent, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
        ordering = ["number"]

    def __str__(self) -> str:
        return f"revision {self.number}"
