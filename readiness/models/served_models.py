"""The models a service serves, and their versions with the registry's facts."""

from django.db import models

from portal.models import User
from portal.models.base import PublicIdModel
from readiness.choices import ModelVersionKind
from readiness.models.services import Service


class ServedModel(PublicIdModel):
    """One model of a service, whoever hosts it."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="served_models")
    name = models.CharField(max_length=120)
    purpose = models.CharField(max_length=300, blank=True)
    provider = models.CharField(max_length=120, blank=True, help_text="Empty where the team hosts it.")

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["service", "name"], name="served_model_once")]

    def __str__(self) -> str:
        return self.name


class ModelVersion(PublicIdModel):
    """One version: weights, a prompt revision or a provider's pin. Never edited; a change is another version."""

    model = models.ForeignKey(ServedModel, on_delete=models.PROTECT, related_name="versions")
    version = models.CharField("version id", max_length=120)
    kind = models.CharField(max_length=8, choices=ModelVersionKind, default=ModelVersionKind.MODEL)
    registry_url = models.URLField("registry entry", blank=True)
    promoted_on = models.DateField("in production since", null=True, blank=True)
    evaluation_passed = models.CharField("evaluation passed", max_length=300, blank=True)
    previous = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="following")
    prompt_revision = models.CharField(max_length=120, blank=True)
    retires_on = models.DateField("provider’s retirement date", null=True, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["model__name", "-recorded_at"]
        constraints = [models.UniqueConstraint(fields=["model", "version"], name="model_version_once")]

    def __str__(self) -> str:
        return f"{self.model.name} {self.version}"
