"""What a document keeps of what was typed, and what it refuses."""

import pytest

from portal.rules import document_fields
from portal.rules.document_fields import Column, DocumentField, FieldKind

PURPOSE = DocumentField("purpose", "Purpose")
TITLE = DocumentField("title", "Title", FieldKind.LINE)
STEPS = DocumentField(
    "steps",
    "Steps",
    FieldKind.ROWS,
    columns=(
        Column("do", "Do", required=True, is_wide=True, is_key=True),
        Column("minutes", "Minutes", is_number=True),
        Column("where", "Where", choices=(("here", "here"), ("there", "there"))),
    ),
)
FIELDS = (PURPOSE, TITLE, STEPS)


def test_what_is_empty_is_left_out_and_line_ends_are_of_one_kind() -> None:
    typed = {"purpose": "First\r\nsecond\r\n", "title": "  Roll   back ", "steps": [{"do": "", "minutes": " "}]}
    assert document_fields.tidied(FIELDS, typed) == {"purpose": "First\nsecond", "title": "Roll back"}


def test_code_keeps_its_indentation() -> None:
    code = "```\n    if down:\n        drain()\n```"
    assert document_fields.tidied(FIELDS, {"purpose": code}) == {"purpose": code}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"minutes": "5"}, "Row 1, do: this is missing."),
        ({"do": "Drain", "minutes": "five"}, "Row 1, minutes: “five” is no number"),
        ({"do": "Drain", "minutes": "NaN"}, "Row 1, minutes: “NaN” is no number"),
        ({"do": "Drain", "minutes": "1e99999"}, "Row 1, minutes: “1e99999” is no number"),
        ({"do": "Drain", "where": "elsewhere"}, "Row 1, where: choose one of the list."),
    ],
)
def test_a_row_is_refused_with_its_number_and_column(row: dict[str, str], words: str) -> None:
    (refusal,) = document_fields.refusals(FIELDS, document_fields.tidied(FIELDS, {"steps": [row]}))["steps"]
    assert refusal.startswith(words)


def test_signs_that_cannot_be_seen_are_refused_at_their_field() -> None:
    assert set(document_fields.refusals(FIELDS, {"purpose": "a\u202eb", "title": "plain"})) == {"purpose"}
