"""The shapes of an incident, of a new one, and of what is done to one."""

from typing import Any

from rest_framework import serializers

from incidents.choices import IncidentState, Severity
from incidents.models import Incident
from incidents.rules import lifecycle
from portal.api.fields import Version
from portal.api.strictness import Input
from portal.canonical import utc_text

STATES = f"One of {', '.join(IncidentState.values)}."
SEVERITIES = f"From 1, the worst, to {max(Severity.values)}."


class TimelineEntryShape(serializers.Serializer[Any]):
    """One line of the timeline."""

    kind = serializers.CharField()
    text = serializers.CharField()
    by = serializers.CharField(allow_null=True, help_text="Null: the portal.")
    at = serializers.DateTimeField()


class IncidentShape(serializers.Serializer[Any]):
    """One incident, as the list has it."""

    id = serializers.UUIDField()
    service = serializers.SlugField()
    label = serializers.CharField(  # type: ignore[assignment]  # a field of the shape, not a field’s label
        help_text="What it is called within its service, such as INC-0031."
    )
    title = serializers.CharField()
    severity = serializers.IntegerField(help_text=SEVERITIES)
    state = serializers.CharField(help_text=STATES)
    commander = serializers.CharField(allow_null=True)
    started_at = serializers.DateTimeField()
    declared_at = serializers.DateTimeField()
    resolved_at = serializers.DateTimeField(allow_null=True)
    post_mortem_due_on = serializers.DateField(allow_null=True)
    post_mortem = serializers.CharField(allow_null=True, help_text="draft, published, or null where none is begun.")
    revision = serializers.IntegerField(help_text="Send it back with a move.")


class OneIncidentShape(IncidentShape):
    """The same with its timeline, the oldest line first, and what stands in the way of each move."""

    timeline = TimelineEntryShape(many=True)
    open_steps = serializers.ListField(child=serializers.IntegerField())
    affected = serializers.ListField(child=serializers.SlugField(), help_text="Those that the caller may see.")


class IncidentInput(Input):
    """A new incident."""

    service = serializers.SlugField()
    title = serializers.CharField(max_length=lifecycle.LONGEST_TITLE)
    severity = serializers.IntegerField(min_value=1, max_value=4, help_text=SEVERITIES)
    text = serializers.CharField(max_length=lifecycle.LONGEST_TEXT, help_text="What is known so far.")
    playbook = serializers.CharField(required=False, default="", allow_blank=True, max_length=60)
    affected = serializers.ListField(child=serializers.SlugField(), required=False, default=list, max_length=50)
    started_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class MoveInput(Input):
    """Where it stands now, and what there is to say of it."""

    state = serializers.CharField(max_length=20, help_text=STATES)
    text = serializers.CharField(required=False, default="", allow_blank=True, max_length=lifecycle.LONGEST_TEXT)
    revision = Version()


def incident(row: Incident) -> dict[str, Any]:
    """An incident of the list, as it goes out."""
    written = getattr(row, "post_mortem", None)
    return {
        "id": str(row.public_id),
        "service": row.service.slug,
        "label": row.label,
        "title": row.title,
        "severity": int(row.severity),
        "state": str(row.state),
        "commander": row.commander.name if row.commander else None,
        "started_at": utc_text(row.started_at),
        "declared_at": utc_text(row.declared_at),
        "resolved_at": utc_text(row.resolved_at) if row.resolved_at else None,
        "post_mortem_due_on": row.post_mortem_due_on.isoformat() if row.post_mortem_due_on else None,
        "post_mortem": str(written.state) if written else None,
        "revision": row.revision,
    }


def entry(row: Any) -> dict[str, Any]:
    """A line of a timeline that was read for the caller, as it goes out."""
    return {"kind": row.kind, "text": row.told, "by": row.by.name if row.by else None, "at": utc_text(row.at)}
