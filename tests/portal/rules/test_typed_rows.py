"""A button of a typed table puts one row up, down or away; what says nothing falls out."""

import pytest

from portal.rules import typed_rows

ROWS = {3: {"step": "C"}, 0: {"step": "A"}, 1: {"step": " "}, 2: {"step": "B"}}


@pytest.mark.parametrize(
    ("asked", "order"),
    [
        ("", "ABC"),
        ("add", "ABC"),
        ("up-3", "ACB"),
        ("up-2", "BAC"),
        ("up-0", "ABC"),
        ("down-0", "BAC"),
        ("down-3", "ABC"),
        ("remove-2", "AC"),
        ("up-1", "ABC"),
        ("up-9", "ABC"),
        ("sideways-2", "ABC"),
    ],
)
def test_rows_stand_as_they_are_asked_to(asked: str, order: str) -> None:
    assert "".join(row["step"] for row in typed_rows.arranged(ROWS, asked)) == order
