"""Playbooks as teams adapt them for their services."""

from typing import Any

from django.db import models
from django.urls import reverse

from portal.models import Scope, User
from portal.models.base import PublicIdModel, VisibleQuerySet
from portal.models.revisions import AbstractRevision
from readiness.models import Service


class AdaptedPlaybookQuerySet(VisibleQuerySet["AdaptedPlaybook"]):
    """Adapted playbooks that somebody may see."""

    scope_path = "service__scope"


class AdaptedPlaybook(PublicIdModel):
    """The steps that a service follows in place of those that ship under a key; not `is_in_use`: those again.

    `steps` are rows of rules/adapted_playbooks.py, `note` says why they stand so, and `shipped` is what shipped when
    they were written, so that a later change of that is seen. All revisions are kept.
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="adapted_playbooks")
    playbook = models.CharField(max_length=60)
    steps = models.JSONField(default=list)
    shipped = models.JSONField(default=list)
    note = models.CharField(max_length=300, blank=True)
    is_in_use = models.BooleanField(default=True)
    adapted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    adapted_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=0)
    content_digest = models.CharField(max_length=64, blank=True)

    objects = AdaptedPlaybookQuerySet.as_manager()

    class Meta:
        ordering = ["service__name", "playbook"]
        constraints = [models.UniqueConstraint(fields=["service", "playbook"], name="adapted_playbook_once")]

    def __str__(self) -> str:
        return f"{self.playbook} of {self.service}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("incidents:service_playbook", args=[self.service.slug, self.playbook])

    @property
    def scope(self) -> Scope:
        """That of its service."""
        return self.service.scope

    def governed_content(self) -> dict[str, Any]:
        """What a revision keeps."""
        place = {"service": self.service.slug, "playbook": self.playbook}
        stands = {"steps": self.steps, "note": self.note, "is_in_use": self.is_in_use}
        return {**place, **stands, "shipped": self.shipped}


class AdaptedPlaybookRevision(AbstractRevision):
    """An adapted playbook as it stood after an event."""

    subject = models.ForeignKey(AdaptedPlaybook, on_delete=models.PROTECT, related_name="revisions")

    class Meta(AbstractRevision.Meta):
        constraints = [models.UniqueConstraint(fields=["subject", "number"], name="adapted_playbook_revision_once")]
