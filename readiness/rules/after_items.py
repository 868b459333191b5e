"""The items asked after the go: when they are due, when one fails or is late (catalogue.md; product.md, Decision)."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from readiness.choices import ItemState, Stage

DUE_AFTER = datetime.timedelta(hours=24)
"""How long after the release reached production they are to be answered."""

WATCHING = "inference"
"""The domain whose accountable person hears of one that fails, beside the deciders and the lead."""

NOT_OPEN = "This item opens when the release is live."
"""Why nothing can be done about one yet."""


@dataclass(frozen=True)
class AfterItem:
    """An item after the go that counts: what it is now, and since when by somebody's rating."""

    key: str
    title: str
    state: str
    rated_at: datetime.datetime | None = None
    why: str = ""


@dataclass(frozen=True)
class Trouble:
    """Why a decider is asked: an item that fails or is late, since when, in a sentence."""

    key: str
    since: datetime.datetime
    words: str


def has_opened(stage: str, *, live: bool) -> bool:
    """Whether an item is asked for yet: before the go always, after it once the release has been in production."""
    return stage == Stage.BEFORE or live


def due_at(deployed_at: datetime.datetime | None) -> datetime.datetime | None:
    """When they are due, given when the release reached production; None before it did."""
    return deployed_at + DUE_AFTER if deployed_at else None


def fails(was: str, state: str) -> bool:
    """Whether a change of state makes an item fail: it turns red."""
    return state == ItemState.RED and was != ItemState.RED


def troubles(items: Iterable[AfterItem], deployed_at: datetime.datetime, now: datetime.datetime) -> tuple[Trouble, ...]:
    """Everything that fails or is late at `now`, the oldest first."""
    found = [trouble for item in items if (trouble := _trouble(item, deployed_at + DUE_AFTER, now))]
    return tuple(sorted(found, key=lambda trouble: trouble.since))


def unsettled(found: Iterable[Trouble], settled_at: datetime.datetime | None) -> tuple[Trouble, ...]:
    """What a decider has not been asked about yet: what began after they last said keep."""
    return tuple(trouble for trouble in found if settled_at is None or trouble.since > settled_at)


def _trouble(item: AfterItem, due: datetime.datetime, now: datetime.datetime) -> Trouble | None:
    if item.state == ItemState.RED and item.rated_at is not None:
        said = f" {item.why}" if item.why else ""
        return Trouble(item.key, item.rated_at, f"“{item.title}” fails.{said}")
    if item.state == ItemState.UNANSWERED and due <= now:
        return Trouble(item.key, due, f"“{item.title}” is not answered; it was due 24 hours after the deployment.")
    return None
