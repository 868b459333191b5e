"""The shapes of what is done on an incident: its steps, the lines of its timeline, what is said to the teams."""

from typing import Any

from rest_framework import serializers

from incidents.choices import EntryKind
from incidents.queries.incidents import StepLine
from incidents.rules import lifecycle, status_updates
from portal.api.strictness import Input
from portal.canonical import utc_text

DID = "done, left-out (say why in `text`), or open again."
KINDS = f"One of {', '.join(EntryKind.values)}."
MINUTES = ", ".join(str(minutes) for minutes in status_updates.NEXT_WORD)


class IncidentStepShape(serializers.Serializer[Any]):
    """One step of the playbook that is followed, in the words that stood when it was declared."""

    number = serializers.IntegerField()
    title = serializers.CharField()
    how = serializers.CharField()
    did = serializers.CharField(help_text="done, left-out or open.")
    note = serializers.CharField()
    by = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField(allow_null=True)
    is_next = serializers.BooleanField()


class IncidentStepInput(Input):
    """What was done about a step."""

    did = serializers.CharField(max_length=10, help_text=DID)
    text = serializers.CharField(required=False, default="", allow_blank=True, max_length=lifecycle.LONGEST_NOTE)


class IncidentLineShape(serializers.Serializer[Any]):
    """One line of the timeline; none is ever changed."""

    id = serializers.UUIDField()
    kind = serializers.CharField(help_text=KINDS)
    text = serializers.CharField()
    audience = serializers.CharField(help_text="timeline, or teams: it was told to everybody in them.")
    by = serializers.CharField(allow_null=True, help_text="Null: the portal.")
    at = serializers.DateTimeField()


class IncidentNoteInput(Input):
    """What is to stand in the timeline."""

    text = serializers.CharField(max_length=lifecycle.LONGEST_TEXT)


class IncidentUpdateInput(Input):
    """What the teams of the affected services are told, and in how many minutes the next word comes."""

    text = serializers.CharField(max_length=lifecycle.LONGEST_TEXT)
    next_word = serializers.IntegerField(
        required=False, allow_null=True, default=None, help_text=f"{MINUTES}; null: none is promised."
    )


def step(line: StepLine) -> dict[str, Any]:
    """A step with what was done about it last, as it goes out."""
    run = line.run
    return {
        "number": line.step.number,
        "title": line.step.title,
        "how": line.step.how,
        "did": line.did,
        "note": run.note if run else "",
        "by": run.by.name if run else None,
        "at": utc_text(run.at) if run else None,
        "is_next": line.is_next,
    }


def line(row: Any) -> dict[str, Any]:
    """A line of a timeline that was read for the caller, as it goes out."""
    return {
        "id": str(row.public_id),
        "kind": str(row.kind),
        "text": row.told,
        "audience": str(row.audience),
        "by": row.by.name if row.by else None,
        "at": utc_text(row.at),
    }
