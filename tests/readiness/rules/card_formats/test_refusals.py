"""Files that are no model card, or are made to do harm, are refused with the line, and at once."""

import time

import pytest

from portal.errors import DomainError
from readiness.rules.card_formats import formats, reading

LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{new}: &{new} [*{old}, *{old}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


def refusal(text: str) -> str:
    with pytest.raises(DomainError) as refused:
        formats.read(text, "fraud-gbm")
    (words,) = refused.value.errors[reading.FIELD]
    return words


@pytest.mark.parametrize(
    ("front", "line", "words"),
    [
        ("license: mit\ntags: [a, b", 3, "expected"),
        ("license: mit\n\tlanguage: en", 3, "cannot start any token"),
        ("license: mit\nlanguage: en\nlicense: apache", 4, "said twice"),
        ("a: &x 1\nb: *x", 2, "Anchors"),
        (LAUGHS, 2, "Anchors"),
        ("a: 1\nb: !!python/object/apply:os.system ['true']", 3, "Tags"),
        ("a: 1\n- b", 3, "expected"),
        ("- a\n- b", 2, "keys with their values"),
        ("a: " + "[" * 100 + "]" * 100, 2, "nested more than"),
        ("a: 1\nb: \x07", 3, "cannot be shown"),
        ("a: [" + "1, " * 25_000 + "1]", 2, "more than 20,000 parts"),
        ("a: 1\n...\nb: 2", 4, "expected"),
    ],
)
def test_broken_or_evil_front_matter_is_refused_with_its_line(front: str, line: int, words: str) -> None:
    found = refusal(f"---\n{front}\n---\n# Hello\n")
    assert found.startswith(f"Line {line}: ")
    assert words.casefold() in found.casefold()


def test_front_matter_without_an_end_says_where_it_begins() -> None:
    assert refusal("\n---\nlicense: mit\n\n# Hello\n").startswith("Line 2: ")


def test_a_rule_at_the_start_is_no_front_matter() -> None:
    assert formats.read("---\n\nHello\n", "x").content["other"][0]["text"] == "---\n\nHello"


@pytest.mark.parametrize(
    ("bom", "words"),
    [
        ('{"bomFormat": "CycloneDX",\n "components": [}', "Line 2"),
        ('{"bomFormat": "SPDX"}', "no CycloneDX"),
        ('{"bomFormat": "CycloneDX", "components": [{"type": "library", "name": "x"}]}', "No component"),
        ('{"bomFormat": "CycloneDX", "components": {}}', "“components” is no list"),
        ('{"bomFormat": "CycloneDX", "components": [{"modelCard": {"considerations": []}}]}', "is no object"),
        (
            '{"bomFormat": "CycloneDX", "components": [{"modelCard": {"considerations": {"users": [1]}}}]}',
            "list of texts",
        ),
        ('{"a": ' * 100_000 + "1" + "}" * 100_000, "nested too deep"),
        (
            '{"bomFormat": "CycloneDX", "components": [{"modelCard": {"x": ' + "[" * 700 + "]" * 700 + "}}]}",
            "nested too deep",
        ),
        ('{"a": ' + "1" * 5_000 + "}", "too long"),
    ],
)
def test_json_that_is_no_model_card_says_why(bom: str, words: str) -> None:
    assert words in refusal(bom)


def test_of_several_models_the_one_of_this_name_is_read() -> None:
    card = '{"name": "%s", "type": "machine-learning-model", "modelCard": {"considerations": {"users": ["%s"]}}}'
    both = ", ".join(card % (name, name) for name in ("fraud-gbm", "other"))
    assert formats.read(f'{{"bomFormat": "CycloneDX", "components": [{both}]}}', "Fraud-GBM").content == {
        "users": "fraud-gbm"
    }
    assert "2 model cards" in refusal(f'{{"bomFormat": "CycloneDX", "components": [{both.replace("fraud-gbm", "x")}]}}')


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"x" * (reading.MOST_BYTES + 1), "1 MB is the most"),
        ("Größe".encode("utf-16"), "UTF-16"),
        (b"one\ntwo \xff", "Line 2"),
        (b"a\0b", "no text file"),
    ],
)
def test_bytes_that_are_no_text_are_refused(content: bytes, words: str) -> None:
    with pytest.raises(DomainError, match=words):
        reading.text_of(content)


@pytest.mark.parametrize(
    "text",
    [
        "# x\n" * 49_000,
        "> " * 500_000,
        "- " * 500_000,
        "[" * 1_000_000,
        "`" * 1_000_000,
        "<!-- " * 200_000,
        "<!-- gatehouse:limitations -->\n\n\n" * 16_000,
        "| a " * 250_000,
        "\n" * 49_000,
    ],
    ids=lambda text: text[:12].strip(),
)
def test_a_file_of_anything_is_read_in_seconds(text: str) -> None:
    begun = time.process_time()
    formats.read(text, "fraud-gbm")
    assert time.process_time() - begun < 10


def test_a_file_of_too_many_lines_is_refused_before_it_is_read() -> None:
    assert "50,000 are the most" in refusal("# x\n" * 250_000)
