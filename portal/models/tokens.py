"""API tokens: only a digest is kept."""

import datetime

from django.db import models
from knox.models import AbstractAuthToken

from portal.models.base import PublicIdModel
from portal.models.teams import Team
from portal.permissions import Access, Capability


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Filters over tokens."""

    def visible_to(self, access: Access) -> "ApiTokenQuerySet":
        """One's own; an administrator sees everybody's, to revoke them. A token sees none."""
        if access.read_only or access.limited:
            return self.none()
        return self.all() if access.can(Capability.PEOPLE_MANAGE) else self.filter(user=access.person)


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

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created"]

    def __str__(self) -> str:
        return self.name

    @property
    def beginning(self) -> str:
        """The first characters, by which a person finds the token in their own store."""
        return f"{self.token_key[:8]}…"

    def is_open(self, now: datetime.datetime) -> bool:
        """Whether the token still works at that moment, as far as the token itself goes."""
        return self.revoked_at is None and (self.expiry is None or self.expiry > now)
