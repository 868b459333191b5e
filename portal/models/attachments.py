"""Files: kept under a random name, known by their digest."""

import uuid

from django.db import models

from portal.models.base import PublicIdModel, VisibleQuerySet
from portal.models.scopes import Scope
from portal.models.users import User


def random_path(_attachment: models.Model, _name: str) -> str:
    """Where the bytes go: two letters of folder, then a name that says nothing."""
    name = uuid.uuid4().hex
    return f"{name[:2]}/{name}"


class AttachmentQuerySet(VisibleQuerySet["Attachment"]):
    """Files that somebody may see."""


class Attachment(PublicIdModel):
    """One uploaded file. Name, type, size and digest stay even when the bytes are redacted."""

    scope = models.ForeignKey(Scope, on_delete=models.PROTECT, related_name="attachments")
    file = models.FileField(upload_to=random_path)
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=127)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    redacted_at = models.DateTimeField(null=True, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return self.name
