"""May this release go there now? What the gate answers a pipeline (product.md, The gate)."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from portal.dates import day_words
from readiness.choices import DecisionState, Verdict
from readiness.rules.triggers import Trigger


class Purpose(StrEnum):
    """What the pipeline is about to do."""

    DEPLOY = "deploy"
    ROLLBACK = "rollback"


class Answer(StrEnum):
    """What the gate says."""

    ALLOW = "allow"
    ALLOW_WITH_CONDITIONS = "allow_with_conditions"
    DENY = "deny"


@dataclass(frozen=True)
class Reason:
    """Why not: a stable code and a sentence."""

    code: str
    detail: str


@dataclass(frozen=True)
class OpenCondition:
    """A condition that was not met yet; `ends_at` is when its last day is over where the team is."""

    text: str
    owner: str
    due_on: datetime.date
    ends_at: datetime.datetime


@dataclass(frozen=True)
class StandingDecision:
    """The newest decision on the release there, and what has changed since in what it rests on, in words.

    `conditions` are still owed; `late` were not met by the end of their last day, whether they were met later or not.
    `accepted` are, by trigger, the causes over which an emergency go was decided.
    """

    number: int
    verdict: str
    state: DecisionState
    decided_at: datetime.datetime
    expires_at: datetime.datetime | None
    conditions: tuple[OpenCondition, ...] = ()
    late: tuple[OpenCondition, ...] = ()
    changed: tuple[str, ...] = ()
    accepted: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class GateFacts:
    """All that decides the gate's answer. `closed` says why nothing may go there at all; "" if it may.

    `was_live_with_go`: the release ran there once, and a go stood behind it then. `ends` are the moments at which time
    alone makes a trigger fire: the last days of the drill and of waivers.
    """

    release: str
    environment: str
    decision: StandingDecision | None = None
    triggers: tuple[Trigger, ...] = ()
    was_live_with_go: bool = False
    closed: str = ""
    ends: tuple[datetime.datetime, ...] = ()


@dataclass(frozen=True)
class GateAnswer:
    """The answer: verdict, reasons against it, conditions still owed, and until when it holds if nothing changes."""

    verdict: Answer
    reasons: tuple[Reason, ...] = ()
    conditions: tuple[OpenCondition, ...] = ()
    valid_until: datetime.datetime | None = None


def denied(code: str, detail: str) -> GateAnswer:
    """A denial for one reason, where nothing else needs to be looked at."""
    return GateAnswer(Answer.DENY, (Reason(code, detail),))


def answer(facts: GateFacts, purpose: str) -> GateAnswer:
    """What the gate says to this purpose."""
    if purpose == Purpose.ROLLBACK:
        return _back(facts)
    if facts.decision is None:
        found = (Reason("no-decision", f"No decision on {facts.release} in {facts.environment} is on record."),)
        return GateAnswer(Answer.DENY, (*_closed(facts), *found))
    if reasons := tuple(_against(facts, facts.decision)):
        return GateAnswer(Answer.DENY, reasons)
    owed = facts.decision.conditions
    return GateAnswer(
        verdict=Answer.ALLOW_WITH_CONDITIONS if owed else Answer.ALLOW,
        conditions=owed,
        valid_until=_valid_until(facts, facts.decision),
    )


def _back(facts: GateFacts) -> GateAnswer:
    """Rolling back to a release that was once live with a go is always allowed (product.md, When speed matters)."""
    if facts.was_live_with_go:
        return GateAnswer(Answer.ALLOW)
    return denied("never-live", f"{facts.release} was never live in {facts.environment} with a go.")


def _closed(facts: GateFacts) -> Iterable[Reason]:
    if facts.closed:
        yield Reason("closed", facts.closed)


def _against(facts: GateFacts, decision: StandingDecision) -> Iterable[Reason]:
    yield from _closed(facts)
    if over := _over(facts, decision):
        yield over
        return
    if decision.state == DecisionState.EXPIRED:
        yield Reason("expired", f"Decision {decision.number} expired: it was not deployed in time.")
    if decision.state == DecisionState.LAPSED:
        late = min(decision.late, key=lambda condition: condition.due_on)
        words = f"“{late.text}” of {late.owner} was due on {day_words(late.due_on)}."
        yield Reason("condition-lapsed", f"Decision {decision.number} lapsed: {words}")
    if decision.changed:
        words = " ".join(decision.changed)
        yield Reason("changed-since-decision", f"Since decision {decision.number}: {words}")
    for trigger in facts.triggers:
        if trigger.fires and not _is_accepted(trigger, decision):
            yield Reason(f"trigger:{trigger.key}", f"{trigger.title}. {trigger.facts}")


def _is_accepted(trigger: Trigger, decision: StandingDecision) -> bool:
    """Whether all that makes it fire was accepted by name: what came later was not, be it of the same kind."""
    return bool(trigger.causes) and decision.accepted.get(trigger.key, frozenset()).issuperset(trigger.causes)


def _over(facts: GateFacts, decision: StandingDecision) -> Reason | None:
    """What a person has said against it, beside which nothing else matters."""
    if decision.state == DecisionState.WITHDRAWN:
        words = f"Decision {decision.number} was taken in error and withdrawn. Nothing else is decided."
        return Reason("no-decision", words)
    if decision.verdict == Verdict.NO_GO:
        return Reason("no-go", f"Decision {decision.number} is a no-go.")
    if decision.state == DecisionState.ROLLED_BACK:
        words = (
            f"{facts.release} was rolled back in {facts.environment} after decision {decision.number}. Decide again."
        )
        return Reason("rolled-back", words)
    return None


def _valid_until(facts: GateFacts, decision: StandingDecision) -> datetime.datetime | None:
    """The first moment at which time alone ends it: not deployed, a condition owed, a drill or a waiver run out."""
    ends = [*facts.ends, *(condition.ends_at for condition in decision.conditions)]
    return min([*ends, decision.expires_at] if decision.expires_at else ends, default=None)
