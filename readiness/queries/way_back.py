"""What going back depends on: the service's own facts, and what upper apps know of it (product.md, Drills)."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db.models import OuterRef
from django.db.models.expressions import Combinable

from portal import canonical
from readiness.extension_points import way_back_parts
from readiness.models import Service

READ_ALONG = "way_back_part_"


def digest(service: Service, at: datetime.datetime | None = None, *, exercised: Mapping[str, str] | None = None) -> str:
    """Stands for the way back of a service as it is, or as it was at a moment: one statement a contributor.

    `exercised` puts other contributed parts in the place of those that stand, for a drill that ran an older one. A part
    that nobody has written yet is no part: a drill from before stays valid until there is one.
    """
    contributed = {name: part.at(service, at) for name, part in way_back_parts.items()}
    return _digest(service, contributed | dict(exercised or {}))


def read_along(service: str) -> dict[str, Combinable]:
    """What another statement annotates to spare that one; `service` names the service's key there."""
    return {f"{READ_ALONG}{name}": part.row(OuterRef(service)) for name, part in way_back_parts.items()}


def digest_read_along(service: Service, row: Any) -> str:
    """The way back as it is, of a row of such a statement."""
    given = {name: part.of_row(getattr(row, f"{READ_ALONG}{name}")) for name, part in way_back_parts.items()}
    return _digest(service, given)


def _digest(service: Service, contributed: Mapping[str, str]) -> str:
    whole: dict[str, Any] = {**service.way_back, **{name: part for name, part in contributed.items() if part}}
    return canonical.digest(whole)
