"""What proves an item."""

from typing import Any

from django.db import models
from django.db.models import Q

from portal.models import Attachment, User
from portal.models.audit import AuditEvent
from portal.models.base import PublicIdModel, VisibleQuerySet
from readiness.choices import EvidenceKind
from readiness.models.drills import Drill
from readiness.models.releases import Release
from readiness.models.reviews import ItemAnswer
from readiness.models.served_models import ModelVersion
from readiness.models.services import Environment


class EvidenceQuerySet(VisibleQuerySet["Evidence"]):
    """Evidence that somebody may see."""

    scope_path = "answer__review__service__scope"


class Evidence(PublicIdModel):
    """One piece: a file, a link, a measured value, a drill or a document, and what it names. Withdrawn, never changed.

    A document is known by its kind (the key of `extension_points.evidence_kinds`), its opaque id and the revision that
    was attached; `digest` is that revision's, so later revisions change nothing here.

    An answer that starts from another has copies of its evidence: equal in all they say, with the same author and time,
    each withdrawn by itself. They are there from `copied_event` on.
    """

    answer = models.ForeignKey(ItemAnswer, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=10, choices=EvidenceKind)
    title = models.CharField(max_length=255)
    url = models.URLField(max_length=1000, blank=True)
    attachment = models.ForeignKey(Attachment, null=True, blank=True, on_delete=models.PROTECT, related_name="evidence")
    drill = models.ForeignKey(Drill, null=True, blank=True, on_delete=models.PROTECT, related_name="evidence")
    document_kind = models.CharField(max_length=20, blank=True)
    document = models.UUIDField(null=True, blank=True)
    document_revision = models.PositiveIntegerField(null=True, blank=True)
    release = models.ForeignKey(Release, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    model_version = models.ForeignKey(ModelVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    environment = models.ForeignKey(Environment, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    observed_on = models.DateField()
    digest = models.CharField(max_length=64, help_text="Of the file's bytes, or of the canonical form of the rest.")
    content_digest = models.CharField(max_length=64, help_text="Of all it is and names: what a sign-off binds.")
    copied_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="copies")
    copied_event = models.ForeignKey(AuditEvent, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["added_at"]
        verbose_name_plural = "evidence"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=EvidenceKind.FILE, attachment__isnull=False)
                | (Q(kind=EvidenceKind.LINK) & ~Q(url=""))
                | Q(kind=EvidenceKind.DRILL, drill__isnull=False)
                | Q(kind=EvidenceKind.DOCUMENT, document__isnull=False, document_revision__isnull=False)
                | Q(kind=EvidenceKind.MEASURED),
                name="evidence_is_what_it_says",
            ),
            models.CheckConstraint(
                condition=Q(copied_from__isnull=True, copied_event__isnull=True)
                | Q(copied_from__isnull=False, copied_event__isnull=False),
                name="evidence_copy_has_its_event",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def governed_content(self) -> dict[str, Any]:
        """All that it is and names, and nothing of where it hangs, who added it and when: equal for every copy."""
        named = {
            "kind": self.kind,
            "title": self.title,
            "url": self.url,
            "digest": self.digest,
            "observed_on": self.observed_on,
            "drill": self.drill.public_id if self.drill else None,
            "release": self.release.public_id if self.release else None,
            "model_version": self.model_version.public_id if self.model_version else None,
            "environment": self.environment.public_id if self.environment else None,
        }
        if self.kind == EvidenceKind.DOCUMENT:
            named |= {"document": self.document, "document_revision": self.document_revision}
        return named
