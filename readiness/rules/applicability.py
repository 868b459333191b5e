"""Which rows of the catalogue apply to a service, and the rule that leaves the others out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Sourcing(StrEnum):
    """Where the model comes from."""

    SELF_HOSTED = "self-hosted"
    THIRD_PARTY_API = "third-party-api"
    HYBRID = "hybrid"


@dataclass(frozen=True)
class Traits:
    """What a service declares about itself; decides which rows apply to it."""

    sourcing: str
    automated_retraining: bool = False
    streaming: bool = False
    caching: bool = False
    personal_data: bool = False
    user_facing: bool = False
    file_uploads: bool = False
    regulations: Collection[str] = ()

    @property
    def is_third_party(self) -> bool:
        """True where the whole model is somebody else's; a hybrid service is not."""
        return self.sourcing == Sourcing.THIRD_PARTY_API


@dataclass(frozen=True)
class Applicability:
    """Whether a row applies, with the rule as a sentence for people."""

    applies: bool
    reason: str


@dataclass(frozen=True)
class _Clause:
    """One trait of a rule: whether it is met, what it asks and what the service is."""

    met: bool
    asked: str
    found: str


BOOLEAN_WORDS = {
    "automated_retraining": ("is retrained automatically", "is not retrained automatically"),
    "streaming": ("streams its answers", "does not stream its answers"),
    "caching": ("caches its answers", "does not cache its answers"),
    "personal_data": ("handles personal data", "does not handle personal data"),
    "user_facing": ("faces users", "does not face users"),
    "file_uploads": ("takes file uploads", "does not take file uploads"),
}
"""Words for a boolean trait, true first; each continues 'this service …'."""

SOURCING_WORDS = {
    Sourcing.SELF_HOSTED: ("self-hosted", "hosts its own model"),
    Sourcing.THIRD_PARTY_API: ("a third-party API", "uses a third-party API"),
    Sourcing.HYBRID: ("hybrid", "is hybrid"),
}
"""Words for a sourcing: after 'the model is …', then after 'this service …'."""

REGULATION_WORDS = {
    "gdpr": "GDPR",
    "ccpa": "CCPA",
    "hipaa": "HIPAA",
    "eu-ai-act-minimal": "the EU AI Act (minimal risk)",
    "eu-ai-act-limited": "the EU AI Act (limited risk)",
    "eu-ai-act-high": "the EU AI Act (high risk)",
    "other": "another regulation",
}

TRAIT_NAMES = ("sourcing", *BOOLEAN_WORDS, "regulations")
"""Every trait a rule may name."""


def applies(when: Mapping[str, Any], traits: Traits) -> Applicability:
    """Tells whether a row with this rule applies to a service with these traits.

    A rule is a plain match, `{"sourcing": ["self-hosted"], "streaming": True}`: every trait it
    names must match, and an empty rule always applies. Raises `ValueError` for a trait
    that does not exist. From product.md, Items: what does not apply shows its rule.
    """
    if not when:
        return Applicability(True, "Applies to every service.")
    clauses = [_clause(trait, wanted, traits) for trait, wanted in when.items()]
    unmet = [clause for clause in clauses if not clause.met]
    if not unmet:
        return Applicability(True, f"Applies: this service {_joined(c.found for c in clauses)}.")
    asked = ", and ".join(f"where {clause.asked}" for clause in unmet)
    found = _joined(clause.found for clause in unmet)
    return Applicability(False, f"Left out: only {asked}; this service {found}.")


def _clause(trait: str, wanted: Any, traits: Traits) -> _Clause:
    """Compares one trait of a rule with the service."""
    if trait == "sourcing":
        return _sourcing_clause(wanted, traits.sourcing)
    if trait == "regulations":
        return _regulations_clause(wanted, traits.regulations)
    if trait in BOOLEAN_WORDS:
        return _boolean_clause(trait, bool(wanted), bool(getattr(traits, trait)))
    raise ValueError(f"There is no trait {trait!r}. Traits are: {', '.join(TRAIT_NAMES)}.")


def _sourcing_clause(wanted: Collection[str], found: str) -> _Clause:
    words = " or ".join(SOURCING_WORDS[Sourcing(name)][0] for name in wanted)
    return _Clause(found in wanted, f"the model is {words}", SOURCING_WORDS[Sourcing(found)][1])


def _boolean_clause(trait: str, wanted: bool, found: bool) -> _Clause:
    yes, no = BOOLEAN_WORDS[trait]
    asked = f"the service {yes if wanted else no}"
    return _Clause(wanted == found, asked, yes if found else no)


def _regulations_clause(wanted: Collection[str], found: Collection[str]) -> _Clause:
    asked = f"the service is under {' or '.join(map(_regulation, wanted))}"
    named = _joined(_regulation(name) for name in found)
    met = any(name in found for name in wanted)
    return _Clause(met, asked, f"is under {named}" if named else "names no regulation")


def _regulation(name: str) -> str:
    """Returns the name of a regulation as people write it."""
    return REGULATION_WORDS.get(name, name)


def _joined(words: Any) -> str:
    """Joins words as in a sentence: 'a, b and c'."""
    *head, last = list(words) or [""]
    return f"{', '.join(head)} and {last}" if head else str(last)
