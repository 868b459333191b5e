"""The steps to a go come quickest first."""

from dataclasses import dataclass

from readiness.rules import path_to_green


@dataclass(frozen=True)
class Step:
    code: str
    size: int = 1


def ordered(*steps: Step) -> list[str]:
    return [step.code for step in path_to_green.quickest_first(steps)]


def test_what_takes_one_press_comes_before_an_answer_and_that_before_work() -> None:
    found = ordered(Step("open:red"), Step("trigger:rollback-drill"), Step("open:unanswered"), Step("unsigned"))
    assert found == ["unsigned", "open:unanswered", "open:red", "trigger:rollback-drill"]


def test_of_what_takes_as_long_the_fewer_come_first() -> None:
    assert ordered(Step("unsigned", 3), Step("tier")) == ["tier", "unsigned"]
