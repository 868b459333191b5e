"""What a release may say, and when it may be deployed."""

import pytest

from readiness.rules import releases
from readiness.rules.releases import DeploymentFacts, Progress, ReleaseFacts


@pytest.mark.parametrize("label", ["1", "2.4.0", "release 41", "v1.2.3-rc.1+build", "2026-11-21", "x" * 60])
def test_labels(label: str) -> None:
    assert releases.label_refusal(label) == ""


@pytest.mark.parametrize(
    "label", ["", " ", "a/b", "..", ".hidden", "new", "x" * 61, "ä", "a?b", "a#b", "a%2fb", "a\nb"]
)
def test_labels_that_would_break_an_address_are_refused(label: str) -> None:
    assert releases.label_refusal(label)


def test_a_release_says_what_it_changes_in_our_order() -> None:
    tidy = releases.tidied(ReleaseFacts(" 1 ", ("code", "model", "code"), summary=" a  b "))

    assert tidy == ReleaseFacts("1", ("model", "code"), summary="a b")
    assert releases.refusals(tidy, carries=1, serves_models=True) == {}


@pytest.mark.parametrize("changes", [(), ("moon",)])
def test_a_release_that_changes_nothing_known_is_refused(changes: tuple[str, ...]) -> None:
    assert set(releases.refusals(releases.tidied(ReleaseFacts("1", changes)), carries=0, serves_models=False)) == {
        "changes"
    }


@pytest.mark.parametrize("change", ["model", "prompt"])
def test_a_new_model_or_prompt_names_the_version(change: str) -> None:
    facts = ReleaseFacts("1", (change,))
    assert set(releases.refusals(facts, carries=0, serves_models=False)) == {"model_versions"}
    assert releases.refusals(facts, carries=1, serves_models=False) == {}


@pytest.mark.parametrize("change", ["code", "configuration", "infrastructure"])
def test_where_models_are_served_every_release_carries_their_versions(change: str) -> None:
    facts = ReleaseFacts("1", (change,))
    assert releases.refusals(facts, carries=0, serves_models=False) == {}
    assert set(releases.refusals(facts, carries=0, serves_models=True)) == {"model_versions"}


@pytest.mark.parametrize("progress", [Progress(cancelled=True), Progress(go_recorded=True), Progress(deployed=True)])
def test_what_is_decided_is_fixed(progress: Progress) -> None:
    assert releases.change_refusal(Progress()) == ""
    assert releases.change_refusal(progress)


def test_a_go_does_not_stop_a_release_from_being_cancelled_but_a_deployment_does() -> None:
    assert releases.cancel_refusal(Progress(go_recorded=True)) == ""
    assert releases.cancel_refusal(Progress(deployed=True))


@pytest.mark.parametrize(
    ("facts", "allowed"),
    [
        ({"is_production": False}, True),
        ({"is_production": True}, False),
        ({"is_production": True, "has_current_go": True}, True),
        ({"is_production": True, "was_live_there": True}, True),
        ({"is_production": True, "has_current_go": True, "cancelled": True}, False),
        ({"is_production": True, "has_current_go": True, "runs_there_now": True}, False),
        ({"is_production": False, "service_retired": True}, False),
    ],
)
def test_who_may_reach_which_environment(facts: dict[str, bool], allowed: bool) -> None:
    assert (releases.deployment_refusal(DeploymentFacts("production", **facts)) == "") is allowed
