"""What somebody types becomes words; what is found is shown around the first of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules import searching
from portal.rules.searching import Query, Term


def asked(typed: str) -> list[tuple[str, bool]]:
    return [(" ".join(term.words), term.is_prefix) for term in searching.query(typed).terms]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Évaluation Größe naïve", ["evaluation", "grosse", "naive"]),
        ("Ελλάδα ΣΊΣΥΦΟΣ", ["ελλαδα", "σισυφοσ"]),
        ("drift-detection, predict_v2.onnx", ["drift", "detection", "predict", "v2", "onnx"]),
        ("監視モデル v2", ["監", "視", "モ", "デ", "ル", "v2"]),
        ("проверка и\u0306", ["проверка", "и"]),
        ("한국어 모델", ["한국어", "모델"]),
        ("ﬁnal ½ ①", ["final", "1", "2", "1"]),
        ("😀 — “”", []),
        ("a\x00b", ["a", "b"]),
        ("x" * 100, ["x" * searching.LONGEST_WORD]),
    ],
)
def test_text_is_parted_into_words_without_case_and_accents(text: str, words: list[str]) -> None:
    assert searching.words(text) == words


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("drift", [("drift", True)]),
        ("drift ", [("drift", False)]),
        ("roll back dr", [("roll", False), ("back", False), ("dr", True)]),
        ('"roll back" dr', [("roll back", False), ("dr", True)]),
        ('"roll back"', [("roll back", False)]),
        ('"roll ba', [("roll ba", True)]),
        ("“roll back” now ", [("roll back", False), ("now", False)]),
        ("fraud-scoring", [("fraud scoring", True)]),
        ("監視", [("監 視", True)]),
        ("AND OR NOT NEAR(a b)", [("and", False), ("or", False), ("not", False), ("near a", False), ("b", True)]),
        ("title:x* ^y !z & | ' \\ <->", [("title x", False), ("y", False), ("z", False)]),
        ('"""', []),
        ("", []),
    ],
)
def test_what_is_typed_becomes_terms_and_no_sign_is_an_operator(typed: str, terms: list[tuple[str, bool]]) -> None:
    # a sign alone is no word: what stands before it is the last one, and finished only where a space follows it
    assert [words for words, _ in asked(typed)] == [words for words, _ in terms]
    assert asked(typed)[-1:] == terms[-1:] or typed.endswith("<->")


def test_of_a_very_long_query_the_first_words_are_looked_for_and_that_is_said() -> None:
    few, many = searching.query("one two three"), searching.query(" ".join(f"w{number}" for number in range(4000)))
    assert (few.was_cut, len(few.terms)) == (False, 3)
    assert (many.was_cut, len(many.terms)) == (True, searching.MOST_TERMS)


@given(st.text(max_size=600))
def test_anything_can_be_typed_and_every_term_is_letters_and_digits(typed: str) -> None:
    for term in searching.query(typed).terms:
        assert term.words
        assert all(word.isalnum() and 0 < len(word) <= searching.LONGEST_WORD for word in term.words)


@given(st.text(max_size=300), st.text(max_size=40))
def test_pieces_are_the_text_they_were_cut_from(text: str, typed: str) -> None:
    assert "".join(part.text for part in searching.marked(text, searching.query(typed))) == text


def said(text: str, typed: str) -> str:
    parts = searching.snippet(text, searching.query(typed))
    return "".join(f"[{part.text}]" if part.is_hit else part.text for part in parts)


@pytest.mark.parametrize(
    ("text", "typed", "shown"),
    [
        ("The drift was found.", "drift", "The [drift] was found."),
        ("Drifting apart, dérive.", "drif derive ", "Drifting apart, [dérive]."),
        ("Drifting apart, dérive.", "derive drif", "[Drifting] apart, [dérive]."),
        ("## Steps\n\n- [x] `promote` **now**", "promote", "Steps [promote] now"),
        ("モデル監視の手順", "監視", "モデル[監視]の手順"),
        ("<b>drift</b> & co", "drift", "<b>[drift]</b> & co"),
        ("Nothing of it.", "elsewhere", "Nothing of it."),
        ("", "drift", ""),
    ],
)
def test_the_words_are_marked_where_they_stand(text: str, typed: str, shown: str) -> None:
    assert said(text, typed) == shown


def test_of_a_long_text_a_piece_around_the_first_word_is_shown() -> None:
    text = f"{'before ' * 100}needle {'after ' * 100}"
    shown = said(text, "needle")
    assert shown.startswith("… before")
    assert shown.endswith("after …")
    assert "[needle]" in shown
    assert len(shown) < searching.BEFORE + searching.AFTER + 20


def test_a_document_says_every_text_in_its_fields() -> None:
    content = {"purpose": "Puts it back.", "steps": [{"do": "Ask", "command": "curl $GATE"}], "number": 3}
    assert searching.plain(content) == "Puts it back.\nAsk\ncurl $GATE"


def test_a_query_without_words_is_no_query() -> None:
    assert not Query()
    assert Query((Term(("a",)),))
