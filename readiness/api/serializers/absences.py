"""The shapes of absences: one as it stands, entering one, naming who stands in."""

from typing import Any

from rest_framework import serializers

from portal.api.fields import Day
from portal.api.strictness import Input
from portal.canonical import utc_text
from readiness.models import Absence


class AbsenceShape(serializers.Serializer[Any]):
    """When somebody is away, both days counted in their own zone, and who stands in."""

    id = serializers.UUIDField()
    person = serializers.EmailField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    deputy = serializers.EmailField(allow_null=True, help_text="Null: nobody stands in.")
    cancelled_at = serializers.DateTimeField(allow_null=True)


class AbsenceInput(Input):
    """A new absence."""

    person = serializers.EmailField(required=False, help_text="Left out: the caller.")
    starts_on = Day(help_text="The first day away.")
    ends_on = Day(help_text="The last day away.")
    deputy = serializers.EmailField(required=False, allow_null=True, default=None, help_text="By e-mail address.")


class DeputyInput(Input):
    """Who stands in; null is nobody."""

    deputy = serializers.EmailField(allow_null=True)


def absence(row: Absence) -> dict[str, Any]:
    """An absence as it goes out."""
    return {
        "id": str(row.public_id),
        "person": row.person.email,
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat(),
        "deputy": row.deputy.email if row.deputy else None,
        "cancelled_at": utc_text(row.cancelled_at) if row.cancelled_at else None,
    }
