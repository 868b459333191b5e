"""Waivers and launch decisions as an audit pack shows them, with everything that a decision saw."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from readiness.choices import DecisionState, TriggerState, Verdict
from readiness.rules.pack_signatures import Person, Signature

IS_FILE: Mapping[str, bool] = MappingProxyType({"is_file": True})
"""Of a field whose text lies in the archive as a file of its own, and so not in data.json."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what stands beside it."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Waiver:
    """An accepted, expiring exception; `state` says where it stands.

    `settled_by` approved, refused or withdrew it; `approval` is the signature, where one was given; `renews` names the
    waiver whose renewal it is. `revoked_by` ended it before its last day, and `note` then says why.
    """

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
    settled_by: Person | None = None
    settled_at: datetime.datetime | None = None
    note: str = ""
    renews: str = ""
    revoked_by: Person | None = None
    revoked_at: datetime.datetime | None = None


@dataclass(frozen=True, slots=True)
class Trigger:
    """A no-go trigger as it was evaluated, `details` being what its facts list.

    `acknowledged` is the reason for which an unknown one was accepted.
    """

    title: str
    state: TriggerState
    facts: str
    source: str
    acknowledged: str = ""
    details: tuple[str, ...] = ()


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
    """One recorded verdict with what it saw.

    `signature.digest` is the SHA-256 of `snapshot`: everything it saw, as canonical JSON. `snapshot_path` is where
    that lies in the archive. `is_headline`: it is what the service is headed by, the latest for production, else the
    latest.
    """

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
    snapshot: str = field(default="", metadata=IS_FILE)
    snapshot_path: str = ""
    is_headline: bool = False

    @property
    def accepted(self) -> tuple[Trigger, ...]:
        """The unknown triggers that the decider accepted, each with the reason."""
        return tuple(trigger for trigger in self.triggers if trigger.acknowledged)
