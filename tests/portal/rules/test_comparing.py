"""Two revisions side by side: what differs is found down to the word, and hostile texts end in time."""

from hypothesis import given
from hypothesis import strategies as st

from portal.rules import comparing
from tests.portal.rules.test_document_fields import FIELDS


def said(side: str, pairs: list[comparing.Pair]) -> str:
    lines = [getattr(pair, side) for pair in pairs]
    return "\n".join("".join(piece.text for piece in line) for line in lines if line is not None)


def test_in_a_changed_line_only_the_words_that_differ_are_marked() -> None:
    (pair,) = comparing.by_words("Held above 0.92 today", "Held above 0.95 today")
    assert [piece.text for piece in pair.before or () if piece.mark == "gone"] == ["92"]
    assert [piece.text for piece in pair.after or () if piece.mark == "new"] == ["95"]


def test_a_line_that_is_only_on_one_side_has_nothing_beside_it() -> None:
    pairs = comparing.by_words("one\ntwo", "one\nnew\ntwo")
    assert [(pair.before is None, pair.after is None) for pair in pairs] == [
        (False, False),
        (True, False),
        (False, False),
    ]


@given(st.text(alphabet="ab \n.", max_size=60), st.text(alphabet="ab \n.", max_size=60))
def test_both_texts_can_be_read_back_from_what_is_shown(before: str, after: str) -> None:
    pairs = comparing.by_words(before, after)
    assert said("before", pairs) == "\n".join(before.splitlines())
    assert said("after", pairs) == "\n".join(after.splitlines())


def test_where_lines_take_turns_what_stayed_is_found() -> None:
    pairs = comparing.by_words("a\nb\n" * 900, "a\n" * 900)
    assert sum(pair.is_same for pair in pairs) == 900
    assert all(pair.after is None for pair in pairs if not pair.is_same)


def test_texts_too_long_to_compare_word_by_word_are_shown_whole() -> None:
    before, after = "a b " * 20_000, "b a " * 20_000
    (pair,) = comparing.by_words(before, after)
    assert [(piece.mark, piece.text) for piece in pair.before or ()] == [("gone", before)]


def test_rows_are_compared_by_their_name_wherever_they_stand() -> None:
    before = {"steps": [{"do": "Drain", "minutes": "5"}, {"do": "Stop"}]}
    after = {"steps": [{"do": "Stop"}, {"do": "Drain", "minutes": "4"}, {"do": "Tell"}]}
    (change,) = comparing.by_field(FIELDS, before, after)
    assert change.summary == "1 row added, 1 row changed"
    assert {row.name: row.did for row in change.rows} == {"Stop": "same", "Drain": "changed", "Tell": "new"}
    (cell,) = next(row for row in change.rows if row.did == "changed").cells
    assert (cell.label, cell.before, cell.after) == ("Minutes", "5", "4")


def test_two_rows_of_one_name_are_both_there() -> None:
    before = {"steps": [{"do": "Wait"}, {"do": "Wait"}]}
    (change,) = comparing.by_field(FIELDS, before, {"steps": [{"do": "Wait"}]})
    assert [row.did for row in change.rows] == ["same", "gone"]


def test_fields_that_say_the_same_are_no_change() -> None:
    assert comparing.by_field(FIELDS, {"title": "Same"}, {"title": "Same"}) == []
    assert [change.did for change in comparing.by_field(FIELDS, {}, {"title": "New"})] == ["new"]
