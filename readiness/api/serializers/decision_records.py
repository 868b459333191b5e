"""The shapes of a decision record, of what is written of one, and of the acts that move it."""

from typing import Any

from rest_framework import serializers

from portal.actions.documents import LONGEST_NOTE
from portal.api.fields import Version
from portal.api.strictness import Input
from portal.canonical import utc_text
from portal.rules import document_fields
from portal.rules.document_fields import DocumentField
from readiness.choices import DecisionRecordState
from readiness.models import DecisionRecord
from readiness.rules import decision_records as rules

ACTS = ("accept", "reject", "deprecate", "review")
LARGEST_NUMBER = 2**31 - 1


class DecisionRecordShape(serializers.Serializer[Any]):
    """One decision record."""

    id = serializers.UUIDField()
    service = serializers.SlugField()
    number = serializers.IntegerField(help_text="Counts up within the service.")
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=DecisionRecordState.values)
    decided_on = serializers.DateField(allow_null=True)
    supersedes = serializers.ListField(
        child=serializers.IntegerField(), help_text="The numbers of the records it ended, or would end."
    )
    superseded_by = serializers.IntegerField(allow_null=True, help_text="The number of the record that ended it.")
    keeper = serializers.CharField()
    revision = serializers.IntegerField()
    digest = serializers.CharField(help_text="SHA-256 of the revision that stands.")
    review_on = serializers.DateField(allow_null=True, help_text="Until when it is to be reviewed, while accepted.")
    stale = serializers.BooleanField()
    written_at = serializers.DateTimeField()


class OneDecisionRecordShape(DecisionRecordShape):
    """The same with what it says."""

    content = serializers.JSONField(help_text="By field: a text of Markdown, a line, or a list of rows.")


def _rows(field: DocumentField) -> serializers.Field[Any, Any, Any, Any]:
    cells = {column.key: serializers.CharField(required=False, allow_blank=True) for column in field.columns}
    row = type(f"DecisionRecord{field.key.title()}Row", (Input,), {**cells, "__doc__": f"A row of {field.label}."})
    rows: serializers.Field[Any, Any, Any, Any] = row(many=True, required=False)
    return rows


def _text() -> serializers.Field[Any, Any, Any, Any]:
    longest = document_fields.LONGEST_TEXT
    return serializers.CharField(required=False, allow_blank=True, trim_whitespace=False, max_length=longest)


ContentInput = type(
    "DecisionRecordContentInput",
    (Input,),
    {
        **{
            field.key: _rows(field) if field.is_table else _text()
            for field in rules.FIELDS
            if field.key != rules.SUPERSEDES.key
        },
        "__doc__": "What a record says; what is left out is empty in a new one, and stays as it is in another.",
    },
)


class DecisionRecordChange(Input):
    """What becomes of a proposal; what is left out stays. `revision` is the one you saw."""

    title = serializers.CharField(required=False, max_length=rules.LONGEST_TITLE)
    content = ContentInput(required=False)
    supersedes = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_NUMBER), required=False, max_length=100
    )
    note = serializers.CharField(required=False, default="", allow_blank=True, max_length=LONGEST_NOTE)
    revision = Version()


class DecisionRecordInput(Input):
    """A new proposal."""

    service = serializers.SlugField()
    title = serializers.CharField(max_length=rules.LONGEST_TITLE)
    content = ContentInput(required=False, default=dict)
    supersedes = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_NUMBER),
        required=False,
        default=list,
        max_length=100,
    )


class DecisionRecordActInput(Input):
    """What is done with a record as you read it in `revision`; rejecting and deprecating need a `note`."""

    act = serializers.ChoiceField(choices=ACTS)
    revision = Version()
    note = serializers.CharField(required=False, default="", allow_blank=True, max_length=LONGEST_NOTE)


def decision_record(row: DecisionRecord) -> dict[str, Any]:
    """A record as it goes out in a list."""
    return {
        "id": str(row.public_id),
        "service": row.service.slug,
        "number": row.number,
        "title": row.title,
        "state": row.state,
        "decided_on": str(row.decided_on) if row.decided_on else None,
        "supersedes": list(rules.named(row.content)),
        "superseded_by": row.superseded_by.number if row.superseded_by else None,
        "keeper": row.keeper.name,
        "revision": row.revision,
        "digest": row.content_digest,
        "review_on": str(row.review_on) if row.state == DecisionRecordState.ACCEPTED else None,
        "stale": row.freshness.is_stale,
        "written_at": utc_text(row.written_at),
    }


def one(row: DecisionRecord) -> dict[str, Any]:
    """A record with what it says, as it goes out."""
    content = {key: value for key, value in row.content.items() if key != rules.SUPERSEDES.key}
    return {**decision_record(row), "content": content}
