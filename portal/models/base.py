"""What every model may share: public id, number, and the queryset that knows who asks."""

import uuid
from typing import TYPE_CHECKING, Any, Self, TypeVar

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
        """Only what this person may see. The rule of visibility is written here, and for one scope in `Access.sees`.

        Reading is open across the organisation; a restricted scope is seen by its team, compliance and its auditors;
        who is only an auditor sees the chosen scopes, a token of one team that team's (product.md, Visibility).
        """
        if Role.COMPLIANCE in access.across:
            return self
        own = self._on("team_id__in", list(access.roles)) | self._on("pk__in", access.audited)
        return self.filter(own | self._on("restricted", False) if access.reads_openly else own)

    def _on(self, lookup: str, value: object) -> models.Q:
        path = f"{self.scope_path}__{lookup}" if self.scope_path else lookup
        return models.Q(**{path: value})


def next_number(queryset: models.QuerySet[Any]) -> int:
    """The number after the highest so far; the unique constraint decides between two who ask at once."""
    return (queryset.aggregate(last=models.Max("number"))["last"] or 0) + 1
