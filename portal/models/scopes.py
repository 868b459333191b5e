"""Scope: what visibility hangs on."""

from django.db import models

from portal.models.base import PublicIdModel, VisibleQuerySet
from portal.models.teams import Membership, Team


class ScopeQuerySet(VisibleQuerySet["Scope"]):
    """Scopes that somebody may see."""

    scope_path = ""


class Scope(PublicIdModel):
    """The team that holds something, and whether only that team (with compliance and chosen auditors) may see it."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="scopes")
    restricted = models.BooleanField(default=False)

    objects = ScopeQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.team}{', restricted' if self.restricted else ''}"


class AuditorScope(models.Model):
    """A scope chosen for an auditor; it ends with the membership."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="audited")
    scope = models.ForeignKey(Scope, on_delete=models.CASCADE, related_name="auditors")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["membership", "scope"], name="auditor_scope_once")]

    def __str__(self) -> str:
        return f"{self.membership} audits {self.scope}"
