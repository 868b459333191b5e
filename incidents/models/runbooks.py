"""Runbooks: what to do, step by step with the exact commands, and which drill ran which revision."""

from typing import Any

from django.db import models
from django.urls import reverse

from portal.models import Scope
from portal.models.base import VisibleQuerySet
from portal.models.documents import AbstractDocument, AbstractDocumentReview, AbstractDocumentRevision
from readiness.models import Drill, Service


class RunbookQuerySet(VisibleQuerySet["Runbook"]):
    """Runbooks that somebody may see."""

    scope_path = "service__scope"

    def in_use(self) -> "RunbookQuerySet":
        """Those that were not retired."""
        return self.filter(retired_at=None)


class Runbook(AbstractDocument):
    """One procedure of a service. The one `is_rollback` describes the way back: other steps end its drill's validity.

    `exercised_digest` is of what a drill of it carries out as it stands, `drilled_digest` of what the last one that
    passed carried out ("" where none did). `target_minutes` is how long it may take. A retired one is kept and read,
    yet covers nothing any more.
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="runbooks")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    is_rollback = models.BooleanField("way back", default=False)
    target_minutes = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    exercised_digest = models.CharField(max_length=64, blank=True)
    drilled_digest = models.CharField(max_length=64, blank=True)
    drill_remind_at = models.DateTimeField(
        null=True, db_index=True, help_text="When to look next whether somebody is told of its drill."
    )

    objects = RunbookQuerySet.as_manager()

    class Meta:
        ordering = ["service__name", "title"]
        constraints = [models.UniqueConstraint(fields=["service", "number"], name="runbook_number_once")]

    def __str__(self) -> str:
        return f"Runbook: {self.title}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("incidents:runbook", args=[self.service.slug, self.number])

    @property
    def scope(self) -> Scope:
        """That of its service."""
        return self.service.scope

    @property
    def is_changed_since_drill(self) -> bool:
        """Whether the way back reads otherwise than what was last run to its end."""
        return self.is_rollback and self.drilled_digest not in ("", self.exercised_digest)

    def governed_content(self) -> dict[str, Any]:
        """The fields, with what it is called, what it is for, how long it may take, and whether it is in use."""
        own = {"title": self.title, "is_rollback": self.is_rollback, "target_minutes": self.target_minutes}
        place = {"service": self.service.slug, "number": self.number, "retired": self.retired_at is not None}
        return {**super().governed_content(), **place, **own}

    def recorded_facts(self) -> dict[str, Any]:
        """By which facts the record knows it."""
        return {"service": self.service.slug, "number": self.number}


class RunbookRevision(AbstractDocumentRevision):
    """A runbook as it stood after an event."""

    subject = models.ForeignKey(Runbook, on_delete=models.PROTECT, related_name="revisions")

    class Meta(AbstractDocumentRevision.Meta):
        constraints = [models.UniqueConstraint(fields=["subject", "number"], name="runbook_revision_once")]


class RunbookReview(AbstractDocumentReview):
    """Somebody said that a runbook is still true."""

    document = models.ForeignKey(Runbook, on_delete=models.PROTECT, related_name="reviews")


class RunbookDrill(models.Model):
    """A drill of readiness exercised this revision of a runbook. Append-only."""

    drill = models.OneToOneField(Drill, on_delete=models.PROTECT, related_name="+")
    revision = models.ForeignKey(RunbookRevision, on_delete=models.PROTECT, related_name="drills")

    def __str__(self) -> str:
        return f"{self.drill} of {self.revision}"
