"""The steps of a playbook in an incident: frozen in the service's words, ticked once, and the rules they carry."""

from collections.abc import Mapping

import pytest

from incidents.catalogue import loader
from incidents.catalogue.schema import AlertPlaybook
from incidents.rules import playbook_steps
from incidents.rules.playbook_steps import Steps

LONGEST = 500


def playbook(key: str) -> AlertPlaybook:
    return next(row for row in loader.playbooks() if row.key == key)


def followed(key: str, did: Mapping[int, str] | None = None, *, third_party: bool = False) -> Steps:
    content = playbook_steps.frozen(playbook(key), is_third_party=third_party)
    return Steps(playbook_steps.read(content), did or {})


def test_the_words_are_those_for_the_services_model_source() -> None:
    own, bought = (
        followed("alert.accuracy-drop", third_party=third).playbook.steps[2].title for third in (False, True)
    )
    assert own == "If the gap is confirmed, retrain"
    assert "previous pin" in bought


@pytest.mark.parametrize(("worst", "cycles", "to"), [(3, 1, None), (3, 2, 2), (4, 5, 2), (2, 3, None), (1, 2, None)])
def test_a_failing_pipeline_is_raised_to_sev_2_once_with_the_second_failed_cycle(
    worst: int, cycles: int, to: int | None
) -> None:
    assert playbook_steps.raised(followed("alert.pipeline-failure").playbook, worst, cycles) == to


def test_a_playbook_that_says_nothing_of_cycles_raises_nothing() -> None:
    assert playbook_steps.raised(followed("alert.drift").playbook, 4, 9) is None


def test_drift_pauses_retraining_until_the_new_model_passed() -> None:
    def said(**did: str) -> list[tuple[str, bool]]:
        steps = followed("alert.drift", {int(number[1:]): word for number, word in did.items()})
        return [(one.words, one.binds) for one in playbook_steps.statements(steps)]

    assert said()[0] == ("Automated retraining is to be paused now until step 5 is done.", True)
    assert said(s1="done")[0] == ("Automated retraining stays paused until step 5 is done.", True)
    assert said(s1="done", s5="done")[0] == ("Automated retraining may run again: step 5 is done.", False)
    assert said(s1="left-out")[0][1] is False
    assert said()[1] == (
        "Nothing is promoted until it passes the evaluation set at launch and the gate allows it.",
        True,
    )


def test_a_failed_pipeline_says_that_the_model_is_never_left_stale() -> None:
    said = playbook_steps.statements(followed("alert.pipeline-failure"))
    assert [one.words for one in said] == [
        "The model is never left stale past one cycle: where cycle 2 fails too, this becomes a sev-2."
    ]


@pytest.mark.parametrize(
    ("number", "did", "note", "refused"),
    [
        (1, "done", "", None),
        (1, "left-out", "", "note"),
        (1, "left-out", "Nothing is retrained.", None),
        (5, "done", "", "note"),
        (5, "done", "evaluation 42 passed", None),
        (2, "done", "", "step"),
        (2, "open", "", None),
        (1, "open", "", "step"),
        (9, "done", "", "step"),
        (1, "perhaps", "", "step"),
        (1, "done", "x" * 501, "note"),
    ],
)
def test_a_step_is_done_once_left_out_with_a_reason_and_promoted_with_proof(
    number: int, did: str, note: str, refused: str | None
) -> None:
    steps = followed("alert.drift", {2: "done"})
    found = playbook_steps.refusals(steps, number, did, note, longest=LONGEST)
    assert list(found) == ([refused] if refused else [])
