"""Releases: what changes, which model versions they carry, and when they reached an environment."""

from django.db import models
from django.urls import reverse

from portal.models import User
from portal.models.base import PublicIdModel, VisibleQuerySet
from readiness.choices import Change, EnvironmentKind
from readiness.models.served_models import ModelVersion
from readiness.models.services import Environment, Service


class ReleaseQuerySet(VisibleQuerySet["Release"]):
    """Releases that somebody may see."""

    scope_path = "service__scope"


class Release(PublicIdModel):
    """One release of a service. What it changes and carries is fixed once it is decided."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="releases")
    label = models.CharField("release", max_length=60)
    summary = models.CharField(max_length=300, blank=True)
    changes = models.JSONField(default=list)
    new_feature = models.BooleanField(default=False)
    model_versions = models.ManyToManyField(ModelVersion, related_name="releases", blank=True)
    planned_on = models.DateField(null=True, blank=True)
    fixes_incident = models.CharField(
        "incident it fixes",
        max_length=60,
        blank=True,
        help_text="The incident as its own page names it; whoever watches incidents does not let it stop this release.",
    )
    planned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_reason = models.CharField(max_length=300, blank=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        ordering = ["-planned_at"]
        constraints = [models.UniqueConstraint(fields=["service", "label"], name="release_once")]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("readiness:release", args=[self.service.slug, self.label])

    @property
    def change_labels(self) -> list[str]:
        """What it changes, in words."""
        return [Change(key).label for key in self.changes]


class DeploymentQuerySet(models.QuerySet["Deployment"]):
    """Deployments, wherever."""

    def to_production(self) -> "DeploymentQuerySet":
        """Those that made a release live; they open the items after the go."""
        return self.filter(environment__kind=EnvironmentKind.PRODUCTION)

    def to_production_of(self, release: str) -> "DeploymentQuerySet":
        """The same of one release, to which this path leads from the outer row."""
        return self.to_production().filter(release=models.OuterRef(release))

    def not_followed(self) -> "DeploymentQuerySet":
        """Those after which nothing else reached the same environment: what runs there now."""
        followed = Deployment.objects.filter(environment=models.OuterRef("environment"), pk__gt=models.OuterRef("pk"))
        return self.filter(~models.Exists(followed))


class Deployment(PublicIdModel):
    """A release reached an environment: told by the lead or by the pipeline. Never edited."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="deployments")
    environment = models.ForeignKey(Environment, on_delete=models.PROTECT, related_name="deployments")
    deployed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    deployed_at = models.DateTimeField()

    objects = DeploymentQuerySet.as_manager()

    class Meta:
        ordering = ["-deployed_at"]

    def __str__(self) -> str:
        return f"{self.release} in {self.environment}"
