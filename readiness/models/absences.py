"""When people are away, and who stands in."""

import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value

from portal.models import User
from portal.models.base import PublicIdModel


class AbsenceQuerySet(models.QuerySet["Absence"]):
    """Absences, by the day they are asked about."""

    def on(self, day: datetime.date | Any) -> Self:
        """Those that hold on a day: a date, or an expression that gives one."""
        value = Value(day, models.DateField()) if isinstance(day, datetime.date) else day
        held = self.filter(cancelled_at__isnull=True).annotate(day=value)
        return held.filter(starts_on__lte=F("day"), ends_on__gte=F("day"))

    def stood_in(self) -> Self:
        """Those of `on` whose deputy is there that day: who is away as well, or has left, stands in for nobody."""
        as_well = self.model.objects.filter(
            person=OuterRef("deputy"),
            cancelled_at__isnull=True,
            starts_on__lte=OuterRef("day"),
            ends_on__gte=OuterRef("day"),
        )
        # Flat: what waits for a person is one statement, and SQLite reads them only so deep within one another.
        return self.filter(~Exists(as_well), deputy__is_active=True)


class Absence(PublicIdModel):
    """A person is away on these days (in their own zone); the deputy stands in for all they own."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="absences")
    starts_on = models.DateField()
    ends_on = models.DateField()
    deputy = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="standing_in")
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = AbsenceQuerySet.as_manager()

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
