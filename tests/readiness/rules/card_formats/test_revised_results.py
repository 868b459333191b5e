"""Results that were imported and revised since: the front matter says the revision and keeps all it said beside."""

from typing import Any

from readiness.rules.card_formats import hugging_face

NAME = "fraud-gbm"
README = """---
license: mit   # as agreed
model-index:
- name: fraud-gbm-41
  results:
  - task: {type: tabular-classification}
    dataset: {name: Payments, type: acme/payments, revision: 8f2c1}
    source: {url: https://example.com/run/7}
    metrics:
    - {type: recall, value: 0.780, verified: true, verifyToken: abc}
    - {type: f1, value: 0.91, args: {average: macro}}
# who may use it
gated: false
---
"""


def imported() -> dict[str, Any]:
    return dict(hugging_face.read(README, NAME).content)


def exported(content: dict[str, Any]) -> str:
    text = hugging_face.written(content, NAME)
    assert hugging_face.read(text, NAME).content["metrics"] == content["metrics"]
    return text


def revised(**changed: str) -> dict[str, Any]:
    content = imported()
    first, second = content["metrics"]
    return {**content, "metrics": [{**first, **changed}, second]}


def test_what_was_not_revised_is_given_back_word_for_word() -> None:
    assert exported(imported()).startswith(README)


def test_a_new_value_is_no_longer_the_verified_one_and_all_else_stays() -> None:
    text = exported(revised(value="0.801"))
    assert "0.801" in text
    assert "verifyToken" not in text
    for kept in (
        "license: mit   # as agreed",
        "fraud-gbm-41",
        "8f2c1",
        "run/7",
        "macro",
        "# who may use it",
        "gated: false",
    ):
        assert kept in text


def test_a_threshold_stands_beside_the_value_which_stays_verified() -> None:
    text = exported(revised(threshold="0.75", better="higher", margin="0.01", samples="1200"))
    assert "verifyToken: abc" in text
    assert "value: 0.780" in text
    assert "threshold: '0.75'" in text


def test_rows_in_another_order_come_back_in_it() -> None:
    content = imported()
    content["metrics"].reverse()
    exported(content)


def test_a_row_that_was_taken_away_is_gone_and_a_new_one_is_there() -> None:
    content = imported()
    content["metrics"] = [content["metrics"][1], {"metric": "Recall", "segment": "Abroad", "value": "71", "unit": "%"}]
    text = exported(content)
    assert "verifyToken" not in text
    assert "Abroad" in text


def test_without_any_row_nothing_of_the_results_is_left() -> None:
    content = {**imported(), "metrics": []}
    again = hugging_face.read(hugging_face.written(content, NAME), NAME).content
    assert "metrics" not in again
    assert "license: mit" in again["front_matter"]
