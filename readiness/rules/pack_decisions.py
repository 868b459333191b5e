"""Waivers and launch decisions as an audit pack shows them, with everything that a decision saw."""

import datetime
from dataclasses import dataclass

from readiness.choices import DecisionState, TriggerState, Verdict
from readiness.rules.pack_signatures import Person, Signature


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what stands beside it."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Waiver:
    """An accepted, expiring exception. Without `approval` it is only asked for; `state` says where it stands."""

    reference: str
    item_key: str
    item_title: str
    critical: bool
    state: str
    reason: str
    control: str
    asked_by: Person
    asked_at: datetime.datetime
    expires_on: datetime.date
    renewals: int = 0
    in_force: bool = False
    approval: Signature | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Trigger:
    """A no-go trigger as it was evaluated. `acknowledged` is the reason for which an unknown one was accepted."""

    title: str
    state: TriggerState
    facts: str
    source: str
    acknowledged: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """What a conditional go asks for. `met` and `late` are facts at `as_of`; `outcome` is their sentence."""

    reference: str
    text: str
    owner: str
    due_on: datetime.date
    outcome: str
    met: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """One recorded verdict with what it saw. `signature.digest` covers the frozen snapshot."""

    reference: str
    verdict: Verdict
    state: DecisionState
    release: str
    environment: str
    rationale: str
    signature: Signature
    triggers: tuple[Trigger, ...] = ()
    confirmations: tuple[Fact, ...] = ()
    facts: tuple[Fact, ...] = ()
    conditions: tuple[Condition, ...] = ()
    supersedes: str = ""
    superseded_by: str = ""
    state_reason: str = ""
    emergency: str = ""
