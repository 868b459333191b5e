"""Waivers: accepted, expiring exceptions to one item."""

from django.db import models
from django.db.models import F, Q

from portal.models import User
from portal.models.base import PublicIdModel, VisibleQuerySet
from readiness.models.reviews import ItemAnswer


class WaiverQuerySet(VisibleQuerySet["Waiver"]):
    """Waivers that somebody may see."""

    scope_path = "answer__review__service__scope"


class Waiver(PublicIdModel):
    """An exception asked for by one and approved by another; it ends by itself on its last day."""

    class State(models.TextChoices):
        """Where it stands; that it has lapsed is computed from `expires_on`."""

        ASKED = "asked", "Asked"
        APPROVED = "approved", "Approved"
        REFUSED = "refused", "Refused"
        REVOKED = "revoked", "Revoked"

    answer = models.ForeignKey(ItemAnswer, on_delete=models.PROTECT, related_name="waivers")
    reason = models.TextField()
    compensating_control = models.TextField()
    expires_on = models.DateField()
    renewals = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    settled_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_note = models.TextField(blank=True)

    objects = WaiverQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_by__isnull=True) | ~Q(state="approved") | ~Q(settled_by=F("asked_by")),
                name="waiver_approved_by_another",
            ),
            models.UniqueConstraint(
                fields=["answer"], condition=Q(state__in=["asked", "approved"]), name="waiver_one_standing"
            ),
        ]

    def __str__(self) -> str:
        return f"waiver of {self.answer} until {self.expires_on}"
