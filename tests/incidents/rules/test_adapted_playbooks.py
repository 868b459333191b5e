"""A team adapts a playbook: steps of its own, other words, and what carries a rule stays."""

import pytest

from incidents.catalogue import loader
from incidents.catalogue.schema import AlertPlaybook
from incidents.rules import adapted_playbooks as rules


def playbook(key: str = "alert.drift") -> AlertPlaybook:
    return next(one for one in loader.playbooks() if one.key == key)


def row(of: str = "", title: str = "Ask Finance", how: str = "They see it first.") -> dict[str, str]:
    return {"of": of, "title": title, "how": how}


def test_what_ships_may_stay_as_it_is() -> None:
    for one in loader.playbooks():
        shipped = rules.tidied(rules.shipped(one, is_third_party=False))
        assert rules.refusals(one, shipped) == {}
        assert [step["rule"] for step in rules.steps(one, shipped)] == [
            step.rule.value if step.rule else "" for step in one.steps
        ]


def test_a_step_of_ones_own_moves_the_others_and_takes_no_rule() -> None:
    one = playbook()
    shipped = rules.shipped(one, is_third_party=False)
    made = rules.steps(one, [row(), *shipped])
    assert (made[0]["number"], made[0]["rule"], made[1]["number"]) == (1, "", 2)
    assert made[1]["rule"] == "pauses-retraining"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "at least one step"),
        ([row()] * 31, "At most 30 steps"),
        ([row("9")], "no step 9 ships"),
        ([row("1"), row("1")], "stands for another row already"),
        ([row()], "carries a rule that holds for everybody"),
        ([row(title="")], "Row 1, step"),
        ([row(how="")], "Row 1, how it is done"),
    ],
)
def test_what_is_wrong_is_said_with_its_row(rows: list[dict[str, str]], words: str) -> None:
    assert words in " ".join(rules.refusals(playbook(), rules.tidied(rows))["steps"])


def test_what_ships_otherwise_since_is_named_by_step() -> None:
    then = [row("1"), row("2"), row("3")]
    now = [row("1"), row("2", how="Another way."), row("4")]
    assert [(one.of, one.what) for one in rules.changed_since(then, now)] == [
        ("2", rules.REWORDED),
        ("4", rules.NEW),
        ("3", rules.GONE),
    ]
    assert rules.changed_since(then, then) == []
    assert rules.changed_since([], now) == [], "what shipped then is not known"


def test_steps_that_no_row_stands_for_were_left_out() -> None:
    assert rules.left_out([row("1"), row("2")], [row(), row("2")]) == [row("1")]
