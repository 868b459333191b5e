"""Who is accountable for what: owners of items, empty domains, one person who holds everything."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from readiness.choices import AssignmentRole
from readiness.rules import applicability
from readiness.rules.applicability import Traits

P = TypeVar("P", bound=Hashable)


@dataclass(frozen=True)
class Owner(Generic[P]):
    """Whose an item is, and by which rule: `item`, `domain` or `service`."""

    person: P
    by: str


def owner_of(assignee: P | None, domain: str, accountable: Mapping[str, P], service_owner: P) -> Owner[P]:
    """An item's owner is its own, else its domain's, else the service's (product.md, Ownership)."""
    if assignee is not None:
        return Owner(assignee, "item")
    if domain in accountable:
        return Owner(accountable[domain], "domain")
    return Owner(service_owner, "service")


@dataclass(frozen=True)
class DomainRule:
    """A domain as far as ownership is concerned: its key and the rule by which it applies."""

    key: str
    when: Mapping[str, Any]


@dataclass(frozen=True)
class DomainStanding:
    """Whether a domain applies to a service, with the rule in words, and whether nobody is accountable for it."""

    key: str
    applies: bool
    reason: str
    is_hole: bool


def domains(rules: Sequence[DomainRule], traits: Traits, held: Collection[str]) -> tuple[DomainStanding, ...]:
    """Each domain of a service. `held` are the keys of those with an accountable person.

    A domain that does not apply is no gap; it shows the rule that left it out.
    """
    return tuple(_standing(rule, traits, held) for rule in rules)


def _standing(rule: DomainRule, traits: Traits, held: Collection[str]) -> DomainStanding:
    found = applicability.applies(rule.when, traits)
    return DomainStanding(rule.key, found.applies, found.reason, found.applies and rule.key not in held)


def holds_everything(standings: Sequence[DomainStanding], accountable: Mapping[str, P]) -> P | None:
    """The one person who is accountable for every domain that applies, where there are at least two; else None."""
    applicable = [standing.key for standing in standings if standing.applies]
    people = {accountable.get(key) for key in applicable}
    return next(iter(people)) if len(applicable) > 1 and len(people) == 1 else None


def refusal(*, is_active: bool, may_see: bool, held: str, wanted: str, name: str) -> str:
    """Why a person cannot be given a domain, as one sentence; empty when they can.

    `held` is the role in which they hold it now ("" for none), `wanted` the role they are to have.
    """
    if not is_active:
        return f"The account of {name} is closed. Choose somebody who can sign in."
    if not may_see:
        return f"{name} cannot see this service. Add them to a team first; to its own team if it is restricted."
    if held == wanted:
        return f"{name} is {wanted} already."
    if held == AssignmentRole.ACCOUNTABLE:
        return f"{name} is accountable. Name somebody else accountable first; then {name} can support."
    return ""
