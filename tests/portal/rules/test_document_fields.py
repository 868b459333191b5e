"""What a document keeps of what was typed, what it refuses, and how two people's changes come together."""

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


def test_two_people_at_two_fields_both_keep_theirs() -> None:
    base = {"purpose": "Old", "title": "Old"}
    both = document_fields.merged(
        FIELDS, base=base, standing={**base, "title": "Theirs"}, mine={"purpose": "Mine", "title": "Old"}
    )
    assert (both.content, both.clashes) == ({"purpose": "Mine", "title": "Theirs"}, ())


def test_what_i_took_away_stays_away_and_what_they_took_away_too() -> None:
    base = {"purpose": "Old", "title": "Old"}
    both = document_fields.merged(FIELDS, base=base, standing={"title": "Old"}, mine={"purpose": "Old"})
    assert (both.content, both.clashes) == ({}, ())


def test_two_people_at_one_field_clash_unless_they_wrote_the_same() -> None:
    base = {"title": "Old"}
    other = document_fields.merged(FIELDS, base=base, standing={"title": "Theirs"}, mine={"title": "Mine"})
    assert [field.key for field in other.clashes] == ["title"]
    same = document_fields.merged(FIELDS, base=base, standing={"title": "New"}, mine={"title": "New"})
    assert (same.content, same.clashes) == ({"title": "New"}, ())
