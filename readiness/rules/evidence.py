"""Which evidence counts: by what it names, not by which came first (product.md, Evidence)."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from readiness.choices import Depends

UNCOUNTED = "Kept, but it cannot turn the item green"


@dataclass(frozen=True)
class EvidenceFacts:
    """What one piece names. Ids are database keys; `drill_valid` is None where it is no drill."""

    observed_on: datetime.date
    release: int | None = None
    model_version: int | None = None
    drill_valid: bool | None = None


@dataclass(frozen=True)
class Standing:
    """What evidence has to name now: the releases and model versions at hand, and the day.

    `of_service`: the review belongs to the service and to no release of it, so any release that is live or being
    prepared is at hand.
    """

    releases: Collection[int]
    model_versions: Collection[int]
    today: datetime.date
    of_service: bool = False

    @property
    def named(self) -> str:
        """The releases at hand, in words."""
        return "a release that is live or being prepared" if self.of_service else "this release"


def outdated(piece: EvidenceFacts, depends: Depends, max_age_days: int | None, standing: Standing) -> str:
    """Why a piece no longer counts, as a sentence; empty when it counts."""
    match depends:
        case Depends.RELEASE if piece.release not in standing.releases:
            return f"{UNCOUNTED}: it does not name {standing.named}."
        case Depends.MODEL if piece.model_version not in standing.model_versions:
            return f"{UNCOUNTED}: it does not name a model version of {standing.named}."
        case Depends.DRILL if not piece.drill_valid:
            return f"{UNCOUNTED}: only a rollback drill that is still valid proves this item."
        case Depends.SERVICE if max_age_days and (standing.today - piece.observed_on).days > max_age_days:
            return f"{UNCOUNTED}: it is older than {max_age_days} days."
    return ""
