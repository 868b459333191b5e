"""The four alert playbooks ship with severity, trigger, owner and ordered steps."""

from typing import Any

import pytest

from incidents.catalogue import loader, schema
from portal import catalogue

OWN_MODEL = {"sourcing": ["self-hosted", "hybrid"]}


@pytest.mark.parametrize(
    ("key", "severity", "domain", "steps", "when"),
    [
        ("alert.drift", "sev-3", "drift", 5, OWN_MODEL),
        ("alert.cost-spike", "sev-3", "inference", 4, {}),
        ("alert.accuracy-drop", "sev-2", "drift", 4, {}),
        ("alert.pipeline-failure", "sev-3", "retraining", 4, OWN_MODEL),
    ],
)
def test_each_playbook_has_what_was_specified(
    key: str, severity: str, domain: str, steps: int, when: dict[str, Any]
) -> None:
    playbook = loader.playbook(key)
    assert (playbook.severity, playbook.domain, len(playbook.steps), playbook.when) == (severity, domain, steps, when)


def test_there_are_four_and_no_more() -> None:
    assert len(loader.playbooks()) == 4
    assert loader.alert_playbooks().version == "1.0"


def test_no_other_playbook_escalates_by_itself() -> None:
    assert [p.key for p in loader.playbooks() if p.escalation] == ["alert.pipeline-failure"]


def test_the_steps_that_bind_the_software_are_marked() -> None:
    rules = {(p.key, step.number): str(step.rule) for p in loader.playbooks() for step in p.steps if step.rule}
    assert rules == {
        ("alert.drift", 1): "pauses-retraining",
        ("alert.drift", 5): "promote-only-past-launch-gate",
        ("alert.accuracy-drop", 4): "promote-only-past-launch-gate",
        ("alert.pipeline-failure", 4): "never-stale-past-one-cycle",
    }


def test_a_trigger_reads_with_its_defaults_or_with_a_services_own_thresholds() -> None:
    trigger = loader.playbook("alert.cost-spike").trigger
    assert "more than 20 % above the week before" in trigger.sentence()
    assert "more than 35 % above the week before" in trigger.sentence({"rise_percent": "35"})


def test_an_accuracy_drop_of_a_third_party_api_leads_back_to_the_previous_pin() -> None:
    steps = loader.playbook("alert.accuracy-drop").steps
    usual = [step.wording(is_third_party=False).title for step in steps]
    other = [step.wording(is_third_party=True).title for step in steps]
    assert usual[2] == "If the gap is confirmed, retrain"
    assert other[2] == "If the gap is confirmed, go back to the previous pin and tell the provider"
    assert "evaluation gate set at launch" in other[3]
    assert usual[0] == other[0]


def test_words_are_sentences_without_exclamation_marks() -> None:
    for playbook in loader.playbooks():
        sentences = [playbook.why, playbook.trigger.text, *(step.how for step in playbook.steps)]
        assert all(text.endswith(".") and "!" not in text for text in sentences)
        assert all(step.title[-1] not in ".!" for step in playbook.steps)


def playbook_file(**changes: Any) -> dict[str, Any]:
    playbook = {
        "key": "alert.drift",
        "title": "Drift",
        "why": "It moved.",
        "severity": "sev-3",
        "trigger": {"text": "It is above its threshold."},
        "domain": "drift",
        "steps": [{"number": 1, "title": "Look", "how": "Look at it."}],
    }
    return {
        "key": "alert-playbooks",
        "title": "Playbooks",
        "purpose": "Says what to do.",
        "version": "1.0",
        "playbooks": [{**playbook, **changes}],
    }


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"severity": "sev-9"}, "alert.drift: severity"),
        ({"domain": "nobody"}, "alert.drift: domain"),
        ({"steps": []}, "alert.drift: steps"),
        ({"steps": [{"number": 2, "title": "Look", "how": "Look."}]}, "alert.drift: steps"),
        ({"steps": [{"number": 1, "title": "Look", "how": "Look.", "rule": "dance"}]}, "alert.drift: steps.1.rule"),
        ({"trigger": {"text": "Above {score}."}}, "alert.drift: trigger"),
    ],
)
def test_a_wrong_playbook_is_refused_at_its_field(changes: dict[str, Any], place: str) -> None:
    assert catalogue.validate(playbook_file(), schema.AlertPlaybooks, file="x")
    with pytest.raises(catalogue.CatalogueError) as caught:
        catalogue.validate(playbook_file(**changes), schema.AlertPlaybooks, file="alert_playbooks.yaml")
    assert str(caught.value.problems[0]).startswith(f"alert_playbooks.yaml: {place}")
