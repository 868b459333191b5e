"""Owners of items, holes in a service's domains, and one person who holds everything."""

import pytest

from readiness.rules import ownership
from readiness.rules.applicability import Traits
from readiness.rules.ownership import DomainRule

SELF_HOSTED = {"sourcing": ["self-hosted", "hybrid"]}
DOMAINS = [
    DomainRule("drift", SELF_HOSTED),
    DomainRule("retraining", SELF_HOSTED),
    DomainRule("inference", {}),
    DomainRule("logging", {}),
]


@pytest.mark.parametrize(
    ("assignee", "domain", "person", "by"),
    [
        ("Ana", "drift", "Ana", "item"),
        (None, "drift", "Ben", "domain"),
        (None, "logging", "Eva", "service"),
        (None, "", "Eva", "service"),
    ],
)
def test_an_items_owner_is_its_own_else_its_domains_else_the_services(
    assignee: str | None, domain: str, person: str, by: str
) -> None:
    assert ownership.owner_of(assignee, domain, {"drift": "Ben"}, "Eva") == ownership.Owner(person, by)


def test_a_domain_that_applies_and_that_nobody_holds_is_a_hole() -> None:
    found = ownership.domains(DOMAINS, Traits(sourcing="self-hosted"), {"drift", "logging"})

    assert [domain.key for domain in found if domain.is_hole] == ["retraining", "inference"]


def test_a_domain_that_does_not_apply_is_no_hole_and_says_by_which_rule() -> None:
    found = ownership.domains(DOMAINS, Traits(sourcing="third-party-api"), {"inference", "logging"})

    assert not any(domain.is_hole for domain in found)
    assert found[0].reason == (
        "Left out: only where the model is self-hosted or hybrid; this service uses a third-party API."
    )


@pytest.mark.parametrize(
    ("sourcing", "accountable", "person"),
    [
        ("self-hosted", {"drift": "Ana", "retraining": "Ana", "inference": "Ana", "logging": "Ana"}, "Ana"),
        ("self-hosted", {"drift": "Ana", "retraining": "Ana", "inference": "Ana", "logging": "Ben"}, None),
        ("self-hosted", {"drift": "Ana", "retraining": "Ana", "inference": "Ana"}, None),
        ("self-hosted", {}, None),
        ("third-party-api", {"inference": "Ana", "logging": "Ana"}, "Ana"),
    ],
)
def test_one_person_with_every_domain_is_named(sourcing: str, accountable: dict[str, str], person: str | None) -> None:
    standings = ownership.domains(DOMAINS, Traits(sourcing=sourcing), accountable)

    assert ownership.holds_everything(standings, accountable) == person


def test_a_single_domain_is_not_everything() -> None:
    standings = ownership.domains([DomainRule("logging", {})], Traits(sourcing="hybrid"), {"logging"})

    assert ownership.holds_everything(standings, {"logging": "Ana"}) is None


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, ""),
        ({"held": "supporting"}, ""),
        ({"is_active": False}, "is closed"),
        ({"may_see": False}, "cannot see this service"),
        ({"held": "accountable"}, "is accountable already"),
        ({"held": "accountable", "wanted": "supporting"}, "Name somebody else accountable first"),
    ],
)
def test_why_a_person_cannot_be_given_a_domain(facts: dict[str, object], words: str) -> None:
    defaults = {"is_active": True, "may_see": True, "held": "", "wanted": "accountable", "name": "Ana"}

    refusal = ownership.refusal(**{**defaults, **facts})  # type: ignore[arg-type]

    assert words in refusal
    assert bool(refusal) == bool(words)
