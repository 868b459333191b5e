"""External dependencies and what the team declares about them."""

from django.db import models

from portal.models import User
from portal.models.base import PublicIdModel
from readiness.choices import DependencyState
from readiness.models.services import Service


class Dependency(PublicIdModel):
    """Something outside that the service needs: a provider, a store, another team's API.

    `upstream` is set where that is a service of this portal, chosen by somebody who sees it: never read from a name.
    """

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="dependencies")
    name = models.CharField(max_length=120)
    upstream = models.ForeignKey(Service, null=True, blank=True, on_delete=models.PROTECT, related_name="downstream")
    purpose = models.CharField(max_length=200, blank=True)
    fallback = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=DependencyState, default=DependencyState.UNKNOWN)
    note = models.CharField(max_length=300, blank=True)
    declared_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "dependencies"
        constraints = [
            models.UniqueConstraint(
                fields=["service", "name"], condition=models.Q(removed_at__isnull=True), name="dependency_once"
            )
        ]

    def __str__(self) -> str:
        return self.name
