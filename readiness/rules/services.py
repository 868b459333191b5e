"""What may be declared about a service, and how it moves through its life (product.md, What is governed)."""

import dataclasses
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from portal.rules import texts
from portal.rules.texts import Refusals
from readiness.choices import Regulation, ServiceState, Sourcing, Tier

RESERVED_SLUGS = frozenset({"new", "import"})
"""Addresses of our own pages under /services/."""

LIMITS = {
    "name": 120,
    "description": 2000,
    "tier_reason": 2000,
    "residency": 200,
    "consent": 200,
    "deletion": 200,
    "serving_stack": 200,
}
"""The most characters a text may have."""

PERSONAL_DATA_FACTS = {
    "residency": "Say where the personal data is kept.",
    "consent": "Say how consent is obtained, or why none is needed.",
    "deletion": "Say how personal data is deleted.",
}
"""Asked of a service that handles personal data (catalogue.md 6); for any other they stay empty."""

FIELD_WORDS = {
    "name": "the name",
    "description": "the description",
    "team": "the team",
    "owner": "the owner",
    "restricted": "who may see it",
    "tier": "the tier",
    "tier_reason": "the reason for the tier",
    "sourcing": "the model source",
    "automated_retraining": "automated retraining",
    "streaming": "streaming",
    "caching": "caching",
    "personal_data": "personal data",
    "user_facing": "whether it faces users",
    "file_uploads": "file uploads",
    "regulations": "the regulations",
    "residency": "where personal data is kept",
    "consent": "how consent is obtained",
    "deletion": "how personal data is deleted",
    "serving_stack": "what serves the model",
    "repository_url": "the repository",
}
"""Each governed field as it reads in a sentence: “Priya changed the tier and the owner”."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_FROM_STATES = {
    ServiceState.IN_REVIEW: {ServiceState.DRAFT},
    ServiceState.LIVE: {ServiceState.DRAFT, ServiceState.IN_REVIEW, ServiceState.PAUSED},
    ServiceState.PAUSED: {ServiceState.LIVE},
    ServiceState.RETIRED: {ServiceState.DRAFT, ServiceState.IN_REVIEW, ServiceState.LIVE, ServiceState.PAUSED},
}


@dataclass(frozen=True)
class Facts:
    """What a lead declares about a service, besides its team, owner and short name."""

    name: str
    tier: int
    tier_reason: str
    sourcing: str
    description: str = ""
    automated_retraining: bool = False
    streaming: bool = False
    caching: bool = False
    personal_data: bool = False
    user_facing: bool = False
    file_uploads: bool = False
    regulations: tuple[str, ...] = ()
    residency: str = ""
    consent: str = ""
    deletion: str = ""
    serving_stack: str = ""
    repository_url: str = ""


def tidied(facts: Facts) -> Facts:
    """The facts without blanks around texts, and without facts on personal data where there is none."""
    tidy: dict[str, Any] = {
        name: " ".join(getattr(facts, name).split())
        for name in (*LIMITS, "repository_url")
        if name not in _OF_SEVERAL_LINES
    }
    tidy |= {name: getattr(facts, name).strip().replace("\r\n", "\n") for name in _OF_SEVERAL_LINES}
    if not facts.personal_data:
        tidy |= dict.fromkeys(PERSONAL_DATA_FACTS, "")
    return dataclasses.replace(facts, **tidy, regulations=_in_order(facts.regulations))


def refusals(facts: Facts) -> Refusals:
    """What is wrong with tidied facts, by field; empty when they can be stored."""
    found: Refusals = {}
    for field, words in _missing(facts).items():
        found.setdefault(field, []).append(words)
    for field, limit in LIMITS.items():
        if words := texts.refusal(getattr(facts, field), limit, one_line=field not in _OF_SEVERAL_LINES):
            found.setdefault(field, []).append(words)
    if facts.tier not in Tier.values:
        found["tier"] = ["The tier is 1, 2, 3 or 4; 1 is the highest."]
    if facts.sourcing not in Sourcing.values:
        found["sourcing"] = [f"The model source is one of {', '.join(Sourcing.values)}."]
    if unknown := [name for name in facts.regulations if name not in Regulation.values]:
        found["regulations"] = [f"There is no regulation {', '.join(unknown)}. Use {', '.join(Regulation.values)}."]
    if words := texts.web_address_refusal(facts.repository_url):
        found["repository_url"] = [words]
    return found


def slug_refusal(slug: str) -> str:
    """What is wrong with a short name; empty when it may be used. That it is free is asked of the database."""
    if not slug:
        return "Give it a short name of small letters a to z, digits and hyphens."
    if len(slug) > 80:
        return f"This has {len(slug)} characters; 80 is the most."
    if not _SLUG.fullmatch(slug):
        return "Use small letters a to z, digits and single hyphens between them."
    return f"“{slug}” is an address of the portal itself. Choose another." if slug in RESERVED_SLUGS else ""


def proposed_slug(name: str, taken: Collection[str] = ()) -> str:
    """A free short name made from a name: “Claims assistant” gives `claims-assistant`, or `claims-assistant-2`.

    Empty for a name without a letter or digit that one could stand for: then the person chooses it.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))[:76].strip("-")
    if not slug:
        return ""
    candidates = (slug, *(f"{slug}-{number}" for number in range(2, len(taken) + 3)))
    return next(one for one in candidates if one not in taken and one not in RESERVED_SLUGS)


def move_refusal(state: str, target: str) -> str:
    """Why a service cannot go from one state to another; empty when it can."""
    if state in _FROM_STATES.get(ServiceState(target), ()):
        return ""
    is_now, wanted = ServiceState(state).label.lower(), ServiceState(target).label.lower()
    return f"The service is {is_now}." if state == target else f"A service that is {is_now} cannot become {wanted}."


def changed_fields(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    """The names of the fields that differ between two governed contents, in the order of the form."""
    return [name for name in FIELD_WORDS if before.get(name) != after.get(name)]


def in_words(fields: Collection[str]) -> str:
    """Fields as a list in a sentence: “the tier, the owner and caching”."""
    *head, last = [FIELD_WORDS.get(name, name) for name in fields] or ["nothing"]
    return f"{', '.join(head)} and {last}" if head else last


_OF_SEVERAL_LINES = ("description", "tier_reason")


def _missing(facts: Facts) -> dict[str, str]:
    asked = {"name": "Give it a name.", "tier_reason": "Say why it has this tier; an approver reads it."}
    if facts.personal_data:
        asked |= PERSONAL_DATA_FACTS
    return {field: words for field, words in asked.items() if not getattr(facts, field)}


def _in_order(regulations: Collection[str]) -> tuple[str, ...]:
    """Each once, the known ones in the order in which they are shown."""
    known = [name for name in Regulation.values if name in regulations]
    return (*known, *sorted({name for name in regulations if name not in Regulation.values}))
