"""The shapes of an action item: one that goes out, one that is opened, and what a tool changes of one."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from portal.api.fields import Version
from portal.api.strictness import Input
from portal.canonical import utc_text
from readiness.choices import ActionOrigin, ActionState, Priority
from readiness.models import ActionItem
from readiness.rules import action_items as rules

PRIORITIES = {priority.name.lower(): priority.value for priority in Priority}
NAMES = {value: name for name, value in PRIORITIES.items()}


class ActionItemShape(serializers.Serializer[Any]):
    """One thing to do on a service."""

    id = serializers.UUIDField()
    service = serializers.SlugField()
    number = serializers.IntegerField(help_text="Counts up within the service.")
    title = serializers.CharField()
    text = serializers.CharField(allow_blank=True)
    owner = serializers.EmailField()
    owner_name = serializers.CharField()
    due_on = serializers.DateField()
    priority = serializers.ChoiceField(choices=list(PRIORITIES))
    state = serializers.ChoiceField(choices=ActionState.values)
    reason = serializers.CharField(allow_blank=True, help_text="Why it was dropped.")
    tracker = serializers.CharField(allow_blank=True, help_text="Its ticket elsewhere.")
    origin = serializers.ChoiceField(choices=ActionOrigin.values)
    origin_text = serializers.CharField(allow_blank=True)
    opened_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    revision = serializers.IntegerField(help_text="Send it back with a change.")


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A new item",
            value={
                "service": "fraud-scoring",
                "title": "Repeat the load test",
                "due_on": "2026-12-04",
                "priority": "high",
            },
            request_only=True,
        ),
        OpenApiExample("Of a gap", value={"service": "fraud-scoring", "gap": "api.endpoints"}, request_only=True),
    ]
)
class ActionItemInput(Input):
    """A new action item, or with `gap` the one of that gap, whose title, owner and date the portal knows."""

    service = serializers.SlugField()
    gap = serializers.CharField(required=False, default="", max_length=80, help_text="The key of a gap; then no more.")
    title = serializers.CharField(required=False, default="", max_length=rules.LONGEST_TITLE)
    text = serializers.CharField(required=False, default="", allow_blank=True, max_length=rules.LONGEST_TEXT)
    owner = serializers.EmailField(required=False, help_text="Left out: the service's owner.")
    due_on = serializers.DateField(required=False, allow_null=True, default=None)
    priority = serializers.ChoiceField(choices=list(PRIORITIES), required=False, default="medium")
    tracker = serializers.CharField(required=False, default="", allow_blank=True, max_length=rules.LONGEST_TRACKER)


class ActionItemChange(Input):
    """What becomes of an item; what is left out stays. `revision` is the one you saw, where `If-Match` is not sent."""

    title = serializers.CharField(required=False, max_length=rules.LONGEST_TITLE)
    text = serializers.CharField(required=False, allow_blank=True, max_length=rules.LONGEST_TEXT)
    owner = serializers.EmailField(required=False)
    due_on = serializers.DateField(required=False)
    priority = serializers.ChoiceField(choices=list(PRIORITIES), required=False)
    state = serializers.ChoiceField(choices=ActionState.values, required=False)
    reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=rules.LONGEST_REASON)
    tracker = serializers.CharField(required=False, allow_blank=True, max_length=rules.LONGEST_TRACKER)
    revision = Version()


def action_item(row: ActionItem) -> dict[str, Any]:
    """An action item as it goes out."""
    return {
        "id": str(row.public_id),
        "service": row.service.slug,
        "number": row.number,
        "title": row.title,
        "text": row.text,
        "owner": row.owner.email,
        "owner_name": row.owner.name,
        "due_on": row.due_on.isoformat(),
        "priority": NAMES[row.priority],
        "state": row.state,
        "reason": row.reason,
        "tracker": row.tracker,
        "origin": row.origin,
        "origin_text": row.origin_text,
        "opened_at": utc_text(row.opened_at),
        "finished_at": utc_text(row.finished_at) if row.finished_at else None,
        "revision": row.revision,
    }
