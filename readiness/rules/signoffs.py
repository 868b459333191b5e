"""Four-eyes, and what can be signed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from readiness.choices import ItemState


@dataclass(frozen=True)
class Contribution:
    """What a person last wrote on an answer, in words: “the rating”, “point 2”, “the evidence of 9 Nov”."""

    identity: UUID
    what: str


@dataclass(frozen=True)
class SignOffFacts:
    """What decides whether a person may sign an answer; `closed` says why nobody can now ("" where they can)."""

    state: str
    signed: bool
    closed: str
    contributions: Collection[Contribution]
    signer: UUID


def refusals(facts: SignOffFacts) -> tuple[str, ...]:
    """Why this person cannot sign this item now; empty when they can. Persons are compared, not accounts."""
    if facts.closed:
        return (facts.closed,)
    reasons = []
    if facts.signed:
        reasons.append("It is signed already. Reopen it first.")
    if facts.state != ItemState.GREEN:
        reasons.append("Only a green item can be signed off.")
    if own := [contribution.what for contribution in facts.contributions if contribution.identity == facts.signer]:
        reasons.append(f"You wrote {_listed(own)}. Someone else must sign.")
    return tuple(reasons)


def contributors(contributions: Collection[Contribution]) -> Mapping[UUID, list[str]]:
    """Who last wrote what, by person."""
    found: dict[UUID, list[str]] = {}
    for contribution in contributions:
        found.setdefault(contribution.identity, []).append(contribution.what)
    return found


def _listed(words: list[str]) -> str:
    head, last = words[:-1], words[-1]
    return f"{', '.join(head)} and {last}" if head else last
