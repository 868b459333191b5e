"""What people said an alert belongs to."""

from django.db import models

from incidents.choices import PlacementAct
from incidents.models.alerts import Alert
from portal.models.audit import AuditEvent
from readiness.models import Service


class AlertPlacement(models.Model):
    """That a person gave an alert to a rule, joined it to an incident or left it out: its event says who, and when.

    `service` is the one it belonged to from then on, `came_to_it` whether it did so by this. What a rule or a label
    placed when it was told has none. It goes with its alert, which is let go of after its days.
    """

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="placements")
    act = models.CharField(max_length=10, choices=PlacementAct)
    service = models.ForeignKey(Service, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    came_to_it = models.BooleanField(default=False)
    event = models.ForeignKey(AuditEvent, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["alert", "event"], name="alert_placement_once")]

    def __str__(self) -> str:
        return f"{self.alert}: {self.get_act_display()}"
