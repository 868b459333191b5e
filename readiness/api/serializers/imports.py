"""The shapes of an import: the file, and the report of what each of its rows does."""

from typing import Any

from rest_framework import serializers

from portal.api.fields import Upload
from portal.api.strictness import Input
from readiness.forms.imports import KINDS
from readiness.rules import imports as rules
from readiness.rules.imports import Report, RowReport

OUTCOMES = ("new", "changed", "same", "refused")


class _Terms(Input):
    kind = serializers.ChoiceField(choices=KINDS, help_text="What is in the file.")
    dry_run = serializers.BooleanField(required=False, default=False, help_text="Report, and do nothing.")
    expected = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=64,
        help_text="The `digest` of the report you saw: where the file would now do something else, nothing is done.",
    )


class ImportInput(_Terms):
    """A file of services or owners as text."""

    file = serializers.CharField(
        allow_blank=True,
        max_length=rules.MOST_BYTES,
        trim_whitespace=False,
        help_text="The text of the CSV with its first line; at most 1,000 rows.",
    )


class ImportFileInput(_Terms):
    """The same as a form, with a `file` in UTF-8 of up to 1 MB."""

    file = Upload(allow_empty_file=True)


class CellProblemShape(serializers.Serializer[Any]):
    """What is wrong with a row, and in which column; "" is the row as a whole."""

    column = serializers.CharField(allow_blank=True)
    detail = serializers.CharField()


class ImportedRowShape(serializers.Serializer[Any]):
    """What one row does, or why it cannot."""

    line = serializers.IntegerField(help_text="On which it begins in the file.")
    name = serializers.CharField(allow_blank=True)
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    words = serializers.CharField(allow_blank=True, help_text="What it does, such as “changes tier”.")
    problems = CellProblemShape(many=True)


class ImportReportShape(serializers.Serializer[Any]):
    """What a file does, row by row."""

    kind = serializers.ChoiceField(choices=KINDS)
    applied = serializers.BooleanField(help_text="Whether it was done.")
    digest = serializers.CharField(help_text="Send it as `expected` to do what you saw, and nothing else.")
    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    same = serializers.IntegerField()
    refused = serializers.IntegerField(help_text="While one row is, nothing of the file is done.")
    rows = ImportedRowShape(many=True)


def report(told: Report) -> dict[str, Any]:
    """A report as it goes out."""
    return {
        "kind": told.kind,
        "applied": told.applied,
        "digest": told.digest,
        **{outcome: told.counted(outcome) for outcome in OUTCOMES},
        "rows": [_row(row) for row in told.rows],
    }


def _row(row: RowReport) -> dict[str, Any]:
    problems = [{"column": column, "detail": detail} for column, detail in row.errors]
    return {"line": row.line, "name": row.name, "outcome": row.outcome, "words": row.words, "problems": problems}
