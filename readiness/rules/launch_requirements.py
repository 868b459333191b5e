"""Which reviews a go reads, as data, and which of them are missing (product.md, What is governed)."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from portal.dates import day_words
from readiness.choices import EnvironmentKind, ReviewState, TemplateKey
from readiness.rules.applicability import SOURCING_WORDS, Sourcing


class Rule(StrEnum):
    """How a review has to stand for a go to read it."""

    OF_THE_RELEASE = "of-the-release"
    COMPLETE_ONCE = "complete-once"
    CLOSED_WITHIN = "closed-within"


@dataclass(frozen=True)
class Requirement:
    """One review that a go reads; `days` belongs to `closed-within`."""

    kind: TemplateKey
    rule: Rule
    days: int = 0


DEPLOYMENT = Requirement(TemplateKey.DEPLOYMENT, Rule.OF_THE_RELEASE)

REQUIREMENTS: Mapping[str, tuple[Requirement, ...]] = MappingProxyType(
    {
        EnvironmentKind.PRODUCTION: (
            DEPLOYMENT,
            Requirement(TemplateKey.PRELAUNCH, Rule.COMPLETE_ONCE),
            Requirement(TemplateKey.PILLARS, Rule.CLOSED_WITHIN, days=180),
        ),
        EnvironmentKind.STAGING: (DEPLOYMENT,),
        EnvironmentKind.DEVELOPMENT: (DEPLOYMENT,),
    }
)


@dataclass(frozen=True)
class ReviewFacts:
    """A review as far as a go reads it. `sourcing` is the model source as it was when the review was closed.

    `after_the_plan`: it was closed after this release was planned, so it can have looked at a new feature.
    """

    number: int
    state: str
    closed_on: datetime.date | None = None
    sourcing: str = ""
    after_the_plan: bool = False


@dataclass(frozen=True)
class ReleaseFacts:
    """What decides which reviews a release needs."""

    environment_kind: str
    sourcing: str
    new_feature: bool = False


@dataclass(frozen=True)
class Missing:
    """A review that a go needs and that is not there, as a sentence with the way on. `open_number`: one that runs."""

    kind: str
    title: str
    why: str
    open_number: int | None = None


def missing(
    release: ReleaseFacts, reviews: Mapping[str, ReviewFacts], today: datetime.date, running: Mapping[str, int]
) -> tuple[Missing, ...]:
    """The reviews that still stand between this release and a go.

    `reviews` holds by kind the one that counts: of this release, and the last closed ones of the service; `running`
    the number of the review of a kind that is open now.
    """
    found: Sequence[tuple[Requirement, str]] = [
        (requirement, _why(requirement, reviews.get(requirement.kind), release, today, running))
        for requirement in REQUIREMENTS[release.environment_kind]
    ]
    return tuple(
        Missing(str(requirement.kind), requirement.kind.label, why, running.get(requirement.kind))
        for requirement, why in found
        if why
    )


def reads(environment_kind: str) -> tuple[str, ...]:
    """The reviews whose items a go reads item by item; an assessment counts as a whole."""
    return tuple(
        str(requirement.kind)
        for requirement in REQUIREMENTS[environment_kind]
        if requirement.rule is not Rule.CLOSED_WITHIN
    )


def _why(
    requirement: Requirement,
    review: ReviewFacts | None,
    release: ReleaseFacts,
    today: datetime.date,
    running: Mapping[str, int],
) -> str:
    name = requirement.kind.label.lower()
    if review is None or review.state == ReviewState.ABANDONED:
        return _never(requirement, name, running)
    if requirement.rule is Rule.COMPLETE_ONCE:
        return _not_complete(review, release, name)
    if requirement.rule is Rule.CLOSED_WITHIN:
        return _too_old(requirement, review, name, today)
    return ""


def _never(requirement: Requirement, name: str, running: Mapping[str, int]) -> str:
    if requirement.rule is Rule.OF_THE_RELEASE:
        return f"No {name} of this release was started."
    if requirement.kind in running:
        return f"The {name} is not closed yet. Close it once every item is answered."
    within = f" in the last {requirement.days} days" if requirement.days else ""
    return f"No {name} of this service was closed{within}. Start one and close it."


def _not_complete(review: ReviewFacts, release: ReleaseFacts, name: str) -> str:
    if review.sourcing and review.sourcing != release.sourcing:
        was, now = SOURCING_WORDS[Sourcing(review.sourcing)][0], SOURCING_WORDS[Sourcing(release.sourcing)][0]
        return f"The model source changed from {was} to {now} since the {name}: it is due again."
    if release.new_feature and not review.after_the_plan:
        return f"This release is marked a new feature: the {name} is due again."
    return ""


def _too_old(requirement: Requirement, review: ReviewFacts, name: str, today: datetime.date) -> str:
    if review.closed_on is None or (today - review.closed_on).days > requirement.days:
        closed = f" It was closed on {day_words(review.closed_on)}." if review.closed_on else ""
        return f"The last {name} is older than {requirement.days} days.{closed} Start one and close it."
    return ""
