"""API tokens: only a digest is kept."""

from django.db import models
from knox.models import AbstractAuthToken

from portal.models.base import PublicIdModel
from portal.models.teams import Team


class ApiToken(PublicIdModel, AbstractAuthToken):
    """A token for other tools: named, scoped, ends by itself, shown once."""

    class Access(models.TextChoices):
        """What the token may do."""

        READ = "read", "Read"
        WRITE = "write", "Read and write"

    name = models.CharField(max_length=120)
    access = models.CharField(max_length=8, choices=Access, default=Access.READ)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="tokens")
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created"]

    def __str__(self) -> str:
        return self.name
