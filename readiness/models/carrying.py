"""What an answer starts from or rests on: the last decided review, and answers elsewhere that cover it. Append-only."""

from django.db import models
from django.db.models import Q, TextChoices

from portal.models import User
from portal.models.audit import AuditEvent
from portal.models.base import PublicIdModel
from readiness.models.reviews import ItemAnswer


class CarriedAnswer(PublicIdModel):
    """Where an answer of a new review comes from, and how much of it was kept (product.md, What an answer depends on).

    The answer's rows are copied with their authors and times: who wrote it then cannot sign it now.
    """

    class Kept(TextChoices):
        """How much of the earlier answer stands in the new review."""

        SIGNED = "signed", "Answer and sign-off"
        ANSWERED = "answered", "Answer"
        DRAFT = "draft", "Answer as an unsigned draft"

    answer = models.OneToOneField(ItemAnswer, on_delete=models.PROTECT, related_name="origin")
    source = models.ForeignKey(ItemAnswer, on_delete=models.PROTECT, related_name="carried_to")
    source_digest = models.CharField(max_length=64)
    kept = models.CharField(max_length=10, choices=Kept)
    reason = models.CharField(max_length=300, blank=True, help_text="Why its sign-off was not kept.")
    event = models.ForeignKey(AuditEvent, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.answer} from {self.source.review}"


class AnswerReferenceQuerySet(models.QuerySet["AnswerReference"]):
    """References, standing and ended."""

    def current(self) -> "AnswerReferenceQuerySet":
        """Those that have not ended."""
        return self.filter(ended_event__isnull=True)


class AnswerReference(PublicIdModel):
    """“Use it”: an answer elsewhere serves this one, whole or in some points (product.md, Covered by).

    `points` are the numbers of this item's points that are served; none means the whole item. `source_points` are
    those of the source that have to be ticked; none means the whole of it. It ends with the event that changed or
    voided the source, or that took it back.
    """

    answer = models.ForeignKey(ItemAnswer, on_delete=models.PROTECT, related_name="references")
    source = models.ForeignKey(ItemAnswer, on_delete=models.PROTECT, related_name="serves")
    points = models.JSONField(default=list, blank=True)
    source_points = models.JSONField(default=list, blank=True)
    source_digest = models.CharField(max_length=64)
    used_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    used_at = models.DateTimeField()
    event = models.ForeignKey(AuditEvent, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.CharField(max_length=300, blank=True)
    ended_event = models.ForeignKey(AuditEvent, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = AnswerReferenceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["answer", "source"], condition=Q(ended_event__isnull=True), name="reference_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.answer} served by {self.source}"
