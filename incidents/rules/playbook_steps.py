"""The steps of a playbook as an incident follows them, and the rules that some of them carry. Pure.

The steps are frozen when the incident is declared, in the wording for the service, so that a later change of the
playbook changes nothing that was ticked.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from incidents.catalogue import schema
from incidents.catalogue.schema import AlertPlaybook, StepRule
from portal import canonical
from portal.rules import texts

DONE, LEFT_OUT, OPEN = "done", "left-out", "open"


@dataclass(frozen=True)
class Step:
    """One step in the words of the service; `rule` is a StepRule, or empty."""

    number: int
    title: str
    how: str
    rule: str = ""


@dataclass(frozen=True)
class Frozen:
    """The playbook of an incident as it stood."""

    key: str = ""
    title: str = ""
    steps: tuple[Step, ...] = ()
    raised_to: int | None = None
    raised_from_cycle: int | None = None

    def step(self, number: int) -> Step | None:
        """The step of this number."""
        return next((step for step in self.steps if step.number == number), None)


@dataclass(frozen=True)
class Statement:
    """What a rule of a step means now: in words, and whether it binds still."""

    rule: str
    words: str
    binds: bool


@dataclass(frozen=True)
class Steps:
    """A frozen playbook with what was done: by number the newest of done, left-out or open."""

    playbook: Frozen
    did: Mapping[int, str] = field(default_factory=dict)

    @property
    def open(self) -> tuple[int, ...]:
        """The numbers of the steps that are neither done nor left out."""
        settled = (DONE, LEFT_OUT)
        return tuple(step.number for step in self.playbook.steps if self.did.get(step.number) not in settled)

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(1 for step in self.playbook.steps if self.did.get(step.number) == DONE)


def frozen(playbook: AlertPlaybook, *, is_third_party: bool, adapted: Sequence[Mapping[str, Any]] | None = None) -> str:
    """The playbook's steps as an incident keeps them, or those that its team `adapted`: canonical JSON."""
    steps = adapted if adapted is not None else [_worded(step, is_third_party) for step in playbook.steps]
    raised = playbook.escalation
    return canonical.dumps(
        {
            "key": playbook.key,
            "title": playbook.title,
            "steps": list(steps),
            "raised_to": int(raised.severity.value[-1]) if raised else None,
            "raised_from_cycle": raised.from_failed_cycle if raised else None,
        }
    )


def _worded(step: schema.Step, is_third_party: bool) -> dict[str, Any]:
    words = step.wording(is_third_party=is_third_party)
    rule = step.rule.value if step.rule else ""
    return {"number": step.number, "title": words.title, "how": words.how, "rule": rule}


def read(content: str) -> Frozen:
    """The playbook out of what `frozen` gave; one without steps where none is followed."""
    if not content:
        return Frozen()
    data = json.loads(content)
    steps = tuple(Step(**step) for step in data["steps"])
    return Frozen(data["key"], data["title"], steps, data["raised_to"], data["raised_from_cycle"])


def raised(followed: Frozen, worst: int, cycles: int) -> int | None:
    """The severity to which a playbook raises its incident once so many cycles have failed; None where it does not.

    `worst` is the worst that the incident was: who lowered it since knows better, and is not overruled.
    """
    to, first = followed.raised_to, followed.raised_from_cycle
    if to is None or first is None or cycles < first or to >= worst:
        return None
    return to


def raised_words(followed: Frozen, cycles: int) -> str:
    """Why it is raised, as its timeline says."""
    return (
        f"Cycle {cycles} failed. The playbook “{followed.title}” calls it sev-{followed.raised_to} "
        f"from failed cycle {followed.raised_from_cycle} on."
    )


def statements(steps: Steps) -> list[Statement]:
    """What the rules of the steps ask of everybody now, in the order of the steps."""
    said = (_statement(steps, step) for step in steps.playbook.steps)
    return [statement for statement in said if statement]


def _statement(steps: Steps, step: Step) -> Statement | None:
    did = steps.did.get(step.number, OPEN)
    match step.rule:
        case StepRule.PAUSES_RETRAINING:
            return _retraining(steps, step, did)
        case StepRule.PROMOTE_ONLY_PAST_LAUNCH_GATE:
            if did == DONE:
                words = f"What is promoted now passed the evaluation set at launch: step {step.number} is done."
            else:
                words = "Nothing is promoted until it passes the evaluation set at launch and the gate allows it."
            return Statement(step.rule, words, binds=did != DONE)
        case StepRule.NEVER_STALE_PAST_ONE_CYCLE:
            return Statement(step.rule, _stale(steps.playbook), binds=did not in (DONE, LEFT_OUT))
    return None


def _retraining(steps: Steps, step: Step, did: str) -> Statement:
    last = next((one for one in steps.playbook.steps if one.rule == StepRule.PROMOTE_ONLY_PAST_LAUNCH_GATE), None)
    if last and steps.did.get(last.number) == DONE:
        return Statement(step.rule, f"Automated retraining may run again: step {last.number} is done.", binds=False)
    if did == LEFT_OUT:
        return Statement(step.rule, f"Step {step.number} was left out: retraining was not paused by it.", binds=False)
    until = f" until step {last.number} is done" if last else ""
    words = "Automated retraining stays paused" if did == DONE else "Automated retraining is to be paused now"
    return Statement(step.rule, f"{words}{until}.", binds=True)


def _stale(playbook: Frozen) -> str:
    words = "The model is never left stale past one cycle"
    if playbook.raised_to:
        return f"{words}: where cycle {playbook.raised_from_cycle} fails too, this becomes a sev-{playbook.raised_to}."
    return f"{words}."


def refusals(steps: Steps, number: int, did: str, note: str, *, longest: int) -> texts.Refusals:
    """What is wrong with doing this to a step, at `step` and `note`."""
    step = steps.playbook.step(number)
    if step is None or did not in (DONE, LEFT_OUT, OPEN):
        return {"step": ["The playbook has no such step."]}
    before = steps.did.get(number, OPEN)
    if before == did:
        return {"step": [f"Step {number} is {WORDS[did]} already."]}
    if words := _note_needed(step, did, note) or texts.refusal(note, longest):
        return {"note": [words]}
    return {}


def _note_needed(step: Step, did: str, note: str) -> str:
    if note.strip():
        return ""
    if did == LEFT_OUT:
        return "Say why it is left out."
    if did == DONE and step.rule == StepRule.PROMOTE_ONLY_PAST_LAUNCH_GATE:
        return "Say which evaluation it passed: nothing is promoted without."
    return ""


WORDS = {DONE: "done", LEFT_OUT: "left out", OPEN: "open"}
