"""When people are away, and who stands in."""

from django.db import models
from django.db.models import F, Q

from portal.models import User
from portal.models.base import PublicIdModel


class Absence(PublicIdModel):
    """A person is away on these days (in their own zone); the deputy stands in for all they own."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="absences")
    starts_on = models.DateField()
    ends_on = models.DateField()
    deputy = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="standing_in")
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="absence_ends_after_start"),
            models.CheckConstraint(
                condition=Q(deputy__isnull=True) | ~Q(deputy=F("person")), name="absence_deputy_is_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} away from {self.starts_on} to {self.ends_on}"
