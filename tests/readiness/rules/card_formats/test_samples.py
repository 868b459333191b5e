"""Model cards as people and tools write them: everything lands where it belongs, and nothing is lost on the way."""

from pathlib import Path
from typing import Any

import pytest

from readiness.rules.card_formats import cyclonedx, formats, hugging_face, reading
from tests.readiness.rules.card_formats import schemas

SAMPLES = Path(__file__).parents[1] / "card_samples"
NAMES = sorted(path.name for path in SAMPLES.iterdir())


def read(name: str, model: str = "ticket-triage") -> reading.Reading:
    return formats.read(reading.text_of((SAMPLES / name).read_bytes()), model)


def said(name: str, model: str = "ticket-triage") -> dict[str, Any]:
    return dict(read(name, model).content)


def other(content: dict[str, Any]) -> dict[str, str]:
    return {row["title"]: row.get("text", "") for row in content["other"]}


@pytest.mark.parametrize("name", NAMES)
def test_a_card_that_was_imported_is_the_same_after_an_export_and_an_import(name: str) -> None:
    content = said(name)
    bom = cyclonedx.written(content, schemas.ABOUT)
    assert schemas.problems(bom) == []
    assert formats.read(bom, "fraud-gbm").content == content
    assert hugging_face.read(hugging_face.written(content, "ticket-triage"), "ticket-triage").content == content


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith(".md")])
def test_no_word_of_a_readme_is_lost(name: str) -> None:
    """Comments and empty placeholders of the template do not show on a page, and headings that name a field."""
    content = said(name, "fraud-gbm")
    kept = hugging_face.written(content, "fraud-gbm").casefold()
    text = reading.text_of((SAMPLES / name).read_bytes())
    lines = [line.strip(" #>-=~*").casefold() for line in text.split("\n")]
    words = {word for line in lines if not line.startswith(("<!--", "[more")) for word in line.split()}
    dropped = {word for word in words if word not in kept}
    headings = "model details uses direct use downstream [optional] out-of-scope bias, risks, and limitations & biases"
    headings += " training details testing data, factors metrics 2. intended use(s) **intended use(s) input output ="
    headings += " |:-----|-----------:| |---|---| |"
    assert dropped <= set(headings.split())


def test_the_template_with_windows_line_ends_and_a_mark_at_its_start() -> None:
    content = said("template_windows.md", "fraud-gbm")
    assert content["intended_use"] == "Holds or declines payments."
    assert content["out_of_scope"] == "- Credit decisions\n  - limits\n  - pricing"
    assert content["limitations"] == "New fraud is seen late.\n\n### Recommendations\n\nWatch the first two weeks."
    assert content["training_data"].startswith("184 million payments.\n\n### Training Procedure")
    assert content["evaluation_data"].startswith("Held out in time.\n\n### Results\n\n| Segment")
    assert other(content) == {
        "Introduction": "Scores each card payment.",
        "Model Description": "- **Developed by:** Payments Risk\n- **License:** Apache 2.0",
        "Citation": "```bibtex\n# not a heading\n@misc{x}\n```",
    }


def test_results_become_metrics_by_task_and_dataset() -> None:
    assert said("template_windows.md", "fraud-gbm")["metrics"] == [
        {"metric": "Recall", "segment": "Card payments", "value": "0.7840", "note": "Tabular Classification, test"},
        {
            "metric": "f1",
            "segment": "Card payments",
            "value": "91.2",
            "unit": "%",
            "note": "Tabular Classification, test",
        },
        {"metric": "recall", "segment": "Transfers (instant)", "value": "0.61", "note": "tabular-classification"},
        {
            "metric": "confusion_matrix",
            "segment": "Transfers (instant)",
            "note": "tabular-classification, its value is in the front matter",
        },
    ]


def test_front_matter_comes_back_word_for_word() -> None:
    text = reading.text_of((SAMPLES / "template_windows.md").read_bytes())
    front = text[: text.index("\n---\n") + 5]
    assert hugging_face.written(said("template_windows.md", "fraud-gbm"), "fraud-gbm").startswith(front)


def test_headings_of_any_level_and_case_and_none_that_is_no_heading() -> None:
    content = said("odd_headings.md")
    assert content["intended_use"].startswith("Puts tickets in order.")
    assert content["intended_use"].endswith("--- \n\nAfter the rule.")
    assert content["users"] == "Support agents."
    assert "> # A quoted heading is text" in content["limitations"]
    assert "## Ethical considerations\na fence within" in content["limitations"]
    assert "ethical_considerations" not in content
    assert "### Überwachung\n\nWöchentlich durch das Team. 数据每周检查。" in content["limitations"]
    assert [row["title"] for row in content["other"]] == ["Introduction", "Introduction"]


def test_a_text_without_a_heading_is_a_further_section() -> None:
    assert said("plain_text.md") == {
        "other": [{"title": "Introduction", "text": "No heading at all, and no front matter.\n\nOnly two paragraphs."}]
    }


def test_a_table_of_risks_becomes_rows() -> None:
    assert said("flow_front_matter.md")["risks"] == [
        {"risk": "Late answers | lost customers", "mitigation": "A person looks"},
        {"risk": "Unfair to some"},
    ]


def test_results_of_another_form_are_kept_and_said_not_to_be_metrics() -> None:
    read_card = read("own_results.md")
    assert "metrics" not in read_card.content
    assert "summary: see the wiki" in read_card.content["front_matter"]
    assert any("not read as metrics" in part.remark for part in read_card.placed)


def test_a_bill_of_materials_of_another_tool_loses_nothing() -> None:
    content = said("other_tool.cdx.json")
    assert content["users"] == "Support agents\n\nTeam leads"
    assert content["inputs"] == "text\nlanguage code"
    assert content["training_data"] == "**Training set 2025**\n\n41,200 tickets"
    assert content["evaluation_data"] == "**Evaluation set**\n\nHeld out in time"
    assert content["risks"] == [{"risk": "Unfair to some", "mitigation": "A person looks"}, {"risk": "Late"}]
    assert content["metrics"] == [
        {"metric": "Recall", "segment": "Dutch", "value": "0.784", "note": "confidence interval 0.75 to 0.81"},
        {"metric": "Accuracy", "value": "91.5", "unit": "%"},
        {"metric": "Verdict", "note": "value: good enough"},
    ]
    further = other(content)
    assert further["Task"] == "text-classification"
    assert further["Performance trade-offs"] == "Slower, but fairer"
    for words in ("Non-native speakers", "2 GPUs", "d-7", "internal", "acme:tier", "Apache-2.0", "curves"):
        assert any(words in text for text in further.values()), words


def test_the_schema_that_files_are_held_to_refuses_what_is_none() -> None:
    bom = '{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"type": "model", "name": "x"}]}'
    assert any("'model' is not one of" in words for words in schemas.problems(bom))
