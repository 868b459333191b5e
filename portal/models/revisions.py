"""Revisions: governed content as it stood after each event."""

from django.db import models

from portal.models.audit import AuditEvent
from portal.models.users import User


class RevisionQuerySet(models.QuerySet["AbstractRevision"]):
    """Revisions as of a place in the record."""

    def as_of(self, number: int) -> "RevisionQuerySet":
        """Of each subject the newest revision whose event is not later than event `number`."""
        newest = (
            self.filter(subject_id=models.OuterRef("subject_id"), event_id__lte=number)
            .order_by("-number")
            .values("pk")[:1]
        )
        return self.filter(pk=models.Subquery(newest))


class AbstractRevision(models.Model):
    """One state of a governed thing: append-only. A concrete revision adds `subject`, the head row."""

    number = models.PositiveIntegerField()
    content = models.TextField(help_text="Canonical JSON.")
    digest = models.CharField(max_length=64)
    author = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    event = models.ForeignKey(AuditEvent, on_delete=models.PROTECT, related_name="+")

    objects = RevisionQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["number"]

    def __str__(self) -> str:
        return f"revision {self.number}"
