"""What a recorded decision is worth now; computed, never stored (product.md, Decision)."""

import datetime
from dataclasses import dataclass

from readiness.choices import GO, DecisionState

DAYS_TO_DEPLOY = 14
"""A go that was not deployed within these days expires."""


@dataclass(frozen=True)
class DecisionFacts:
    """A decision and what came after it: a newer one on the same release there, a deployment, what is still owed.

    `withdrawn`: it was taken in error; `rolled_back`: its release was live and was taken back by a decider.

    `owed_on` is the earliest date of a condition that was not met in time.
    """

    verdict: str
    decided_at: datetime.datetime
    superseded: bool = False
    deployed: bool = False
    withdrawn: bool = False
    rolled_back: bool = False
    owed_on: datetime.date | None = None


def state(facts: DecisionFacts, now: datetime.datetime, today: datetime.date) -> DecisionState:
    """Current, or what ended it. A condition lapses after its last day in the team's zone (`today`).

    What a person said goes before what time did.
    """
    if facts.withdrawn:
        return DecisionState.WITHDRAWN
    if facts.superseded:
        return DecisionState.SUPERSEDED
    if facts.rolled_back:
        return DecisionState.ROLLED_BACK
    if facts.owed_on is not None and facts.owed_on < today:
        return DecisionState.LAPSED
    ends = expires_at(facts)
    return DecisionState.EXPIRED if ends is not None and ends <= now else DecisionState.CURRENT


def is_over(state: DecisionState) -> bool:
    """Whether a person's act ended it, and its conditions with it. What lapsed is still owed until decided anew."""
    return state in (DecisionState.WITHDRAWN, DecisionState.SUPERSEDED, DecisionState.ROLLED_BACK)


def expires_at(facts: DecisionFacts) -> datetime.datetime | None:
    """When a go ends by itself; None for a no-go and for what was deployed."""
    if facts.verdict not in GO or facts.deployed:
        return None
    return facts.decided_at + datetime.timedelta(days=DAYS_TO_DEPLOY)


def allows(facts: DecisionFacts, now: datetime.datetime, today: datetime.date) -> bool:
    """Whether it is a go that still holds."""
    return facts.verdict in GO and state(facts, now, today) == DecisionState.CURRENT
