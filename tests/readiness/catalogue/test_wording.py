"""What people read every day is plain, short and in one spelling."""

import re

import pytest

from readiness.catalogue import loader
from readiness.catalogue.schema import Item, RecurringCheck

AMERICAN = re.compile(r"\b(\w+iz(e|ed|es|ing|ation)\b|behavior|color|center\b|labeled)", re.IGNORECASE)
FINE = {"size", "sized", "sizes"}
ROWS: list[Item | RecurringCheck] = [*loader.items().values(), *loader.recurring_checks()]


def sentences(row: Item | RecurringCheck) -> list[str]:
    other = getattr(row, "third_party", None)
    words = [row.why, row.how, row.evidence]
    return words + ([other.why, other.how, other.evidence] if other else [])


def statements(row: Item | RecurringCheck) -> list[str]:
    points = getattr(row, "points", ())
    other = getattr(row, "third_party", None)
    titles = [row.title] + ([other.title] if other else [])
    return titles + [text for point in points for text in (point.text, point.third_party) if text]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.key)
def test_titles_and_points_are_statements_and_the_rest_full_sentences(row: Item | RecurringCheck) -> None:
    assert not [text for text in statements(row) if text[-1] in ".!?:;" or not (text[0].isupper() or text[0] == "p")]
    assert not [text for text in sentences(row) if not text.endswith(".") or not text[0].isupper()]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.key)
def test_words_are_calm_and_british(row: Item | RecurringCheck) -> None:
    text = " ".join([*statements(row), *sentences(row)])
    assert "!" not in text
    assert not [word[0] for word in AMERICAN.finditer(text) if word[0].lower() not in FINE]
    assert not re.search(r"\b(please|simply|just|very important|best practice)\b", text, re.IGNORECASE)


def test_titles_are_short_and_each_is_its_own() -> None:
    titles = [row.title for row in ROWS]
    assert max(map(len, titles)) <= 64
    assert len(set(titles)) == len(titles)


def test_no_item_says_the_same_thing_twice() -> None:
    for item in loader.items().values():
        texts = [point.text for point in item.points]
        assert len(set(texts)) == len(texts)
