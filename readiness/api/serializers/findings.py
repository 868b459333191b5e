"""The shapes of a finding, and of what is said on one."""

from typing import Any

from rest_framework import serializers

from portal.api.fields import Version
from portal.api.strictness import Input
from portal.canonical import utc_text
from readiness.choices import FindingSeverity, FindingState
from readiness.models import FindingEntry
from readiness.rules import findings as rules

SEVERITIES = {severity.name.lower(): severity.value for severity in FindingSeverity}
NAMES = {value: name for name, value in SEVERITIES.items()}
ACTS = ("answer", "send_back", "close")


class EntryShape(serializers.Serializer[Any]):
    """What was said on a finding."""

    kind = serializers.ChoiceField(choices=FindingEntry.Kind.values)
    text = serializers.CharField()
    by = serializers.CharField()
    at = serializers.DateTimeField()


class FindingShape(serializers.Serializer[Any]):
    """One finding of compliance on a service."""

    id = serializers.UUIDField()
    service = serializers.SlugField()
    number = serializers.IntegerField(help_text="Counts up within the service.")
    severity = serializers.ChoiceField(choices=list(SEVERITIES))
    title = serializers.CharField()
    text = serializers.CharField()
    item = serializers.CharField(allow_blank=True, help_text="The key of the item it is about.")
    decision = serializers.IntegerField(allow_null=True, help_text="The number of the decision it is about.")
    state = serializers.ChoiceField(choices=FindingState.values)
    opened_by = serializers.CharField()
    opened_at = serializers.DateTimeField()


class OneFindingShape(FindingShape):
    """The same with what was said on it, the oldest first."""

    entries = EntryShape(many=True)


class FindingInput(Input):
    """A new finding; compliance opens it."""

    service = serializers.SlugField()
    severity = serializers.ChoiceField(choices=list(SEVERITIES))
    title = serializers.CharField(max_length=rules.LONGEST_TITLE)
    text = serializers.CharField(max_length=rules.LONGEST_TEXT)
    item = serializers.CharField(required=False, default="", allow_blank=True, max_length=60)
    decision = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=2**31 - 1)


class SayInput(Input):
    """What is said: the team answers, compliance asks for more or closes."""

    act = serializers.ChoiceField(choices=ACTS)
    text = serializers.CharField(max_length=rules.LONGEST_TEXT)
    seen = Version(help_text="How many entries you read, where `If-Match` is not sent.")


def finding(row: Any) -> dict[str, Any]:
    """A finding, read with its state, as it goes out."""
    return {
        "id": str(row.public_id),
        "service": row.service.slug,
        "number": row.number,
        "severity": NAMES[row.severity],
        "title": row.title,
        "text": row.text,
        "item": row.item_key,
        "decision": row.decision.number if row.decision else None,
        "state": str(row.state),
        "opened_by": row.opened_by.name,
        "opened_at": utc_text(row.opened_at),
    }


def entry(row: FindingEntry) -> dict[str, Any]:
    """What was said, as it goes out."""
    return {"kind": row.kind, "text": row.text, "by": row.by.name, "at": utc_text(row.at)}
