"""What every model may share: public id, timestamps and the queryset that knows who asks."""

import uuid
from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models

from portal.permissions import Access, Role

if TYPE_CHECKING:
    from django.db.models import Model

M = TypeVar("M", bound="Model")


class PublicIdModel(models.Model):
    """A row that is named outside by an opaque id, never by its key."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True


class VisibleQuerySet(models.QuerySet[M]):
    """A queryset of things that hang on a scope: `scope_path` leads there from the model, "" is the scope itself."""

    scope_path = "scope"

    def visible_to(self, access: Access) -> Self:
        """Only what this person may see. The single place where the rule of visibility is written.

        Reading is open across the organisation; a restricted scope is seen by its team, compliance and its auditors;
        who is only an auditor sees the chosen scopes (product.md, Visibility).
        """
        if access.only_team is not None:
            return (
                self.filter(self._on("team_id", access.only_team)) if access.only_team in access.roles else self.none()
            )
        if Role.COMPLIANCE in access.across:
            return self
        chosen = self._on("pk__in", access.audited)
        if access.only_audits:
            return self.filter(chosen)
        return self.filter(self._on("restricted", False) | self._on("team_id__in", list(access.roles)) | chosen)

    def _on(self, lookup: str, value: object) -> models.Q:
        path = f"{self.scope_path}__{lookup}" if self.scope_path else lookup
        return models.Q(**{path: value})
