"""Cells of our files: no spreadsheet runs one, and our own import reads back what stood there."""

import pytest

from portal.exports import plain_cell, safe_cell


@pytest.mark.parametrize(
    "text", ["=1+1", "+49 30", "-2+3", "@SUM(A1)", "\t1", "\r1", "\n=1", "-inf", "+1_0", "'=1", "''@x", "-1e5", "+nan"]
)
def test_what_a_spreadsheet_could_run_is_led_by_an_apostrophe_and_read_back(text: str) -> None:
    assert safe_cell(text) == f"'{text}"
    assert plain_cell(safe_cell(text)) == text


@pytest.mark.parametrize("text", ["-1", "+2.5", "-0.25", "12", "plain", "it's", "'quoted'", ""])
def test_numbers_and_words_stay_as_they_are(text: str) -> None:
    assert safe_cell(text) == text
    assert plain_cell(text) == text
