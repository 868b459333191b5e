"""What of an earlier answer stands in the next review (product.md, What an answer depends on)."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from readiness.choices import Depends, ItemState

OF_THE_RELEASE = "Belongs to the release"
OTHER_WORDS = "The item’s wording changed"
EVIDENCE_ENDED = "The evidence no longer counts"


class Kept(StrEnum):
    """How much of an answer stands in the next review."""

    SIGNED = "signed"
    ANSWERED = "answered"
    DRAFT = "draft"


@dataclass(frozen=True)
class CarriedModel:
    """A model version that a release carries: its own key, and the name of its model with its version."""

    pk: int
    model: str
    version: str


@dataclass(frozen=True)
class AnswerThen:
    """An answer of the earlier review, and what it would count as in the next one.

    `signed_on` is the day on which the sign-off that stands on it was given, None without one; `answered_on` that of
    its rating, which is what ages where nobody signed. `same_words`: the next review asks the item in the same words.
    `models_then` are the model versions at hand when it was given, `models_now` those of the next review. `state_now`
    is what a copy of it counts as there, `evidence_ended` whether none of its evidence counts there any more,
    `obstacles` what else is in the way of green.
    """

    depends: Depends
    max_age_days: int | None = None
    same_words: bool = True
    signed_on: datetime.date | None = None
    answered_on: datetime.date | None = None
    models_then: Sequence[CarriedModel] = ()
    models_now: Sequence[CarriedModel] = ()
    state_now: str = ItemState.GREEN
    evidence_ended: bool = False
    obstacles: Sequence[str] = ()


@dataclass(frozen=True)
class Carried:
    """What is kept, and why its sign-off was not; no reason where none stood."""

    kept: Kept
    reason: str = ""


def carried(then: AnswerThen, today: datetime.date) -> Carried:
    """What of an answer stands in the next review that begins `today`, in the zone of the service's team."""
    if reason := _dependence_ended(then, today):
        return Carried(Kept.DRAFT, reason if then.signed_on else "")
    if then.signed_on is None:
        return Carried(Kept.ANSWERED)
    if then.state_now == ItemState.GREEN:
        return Carried(Kept.SIGNED)
    return Carried(Kept.ANSWERED, _no_longer_green(then))


def _dependence_ended(then: AnswerThen, today: datetime.date) -> str:
    """Why the answer is a draft from now on; empty while what it depends on is as it was."""
    if not then.same_words:
        return OTHER_WORDS
    match then.depends:
        case Depends.RELEASE:
            return OF_THE_RELEASE
        case Depends.MODEL:
            return models_changed(then.models_then, then.models_now)
        case Depends.SERVICE:
            return aged(then.signed_on or then.answered_on, then.max_age_days, today)
    return ""


def _no_longer_green(then: AnswerThen) -> str:
    if then.evidence_ended:
        return EVIDENCE_ENDED
    return " ".join(then.obstacles).removesuffix(".") or "It is not green any more"


def aged(signed_on: datetime.date | None, max_age_days: int | None, today: datetime.date) -> str:
    """Why a sign-off of that day no longer stands: “Signed 187 days ago; it stands for 180”. Empty while it does."""
    if signed_on is None or not max_age_days or (today - signed_on).days <= max_age_days:
        return ""
    return f"Signed {(today - signed_on).days} days ago; it stands for {max_age_days}"


def stands_until(signed_on: datetime.date, depends: Depends, max_age_days: int | None) -> datetime.date | None:
    """The last day on which a carried sign-off stands; None where only a change ends it."""
    if depends is not Depends.SERVICE or not max_age_days:
        return None
    return signed_on + datetime.timedelta(days=max_age_days)


def models_changed(then: Sequence[CarriedModel], now: Sequence[CarriedModel]) -> str:
    """Why answers that depend on the model no longer stand: another version is there. Empty where none is.

    Which model is said only where there are several.
    """
    known = {one.pk for one in then}
    before = {one.model: one.version for one in then}
    several = len({one.model for one in (*then, *now)}) > 1
    words = [
        f"{one.model if several else 'The model'} changed from {before[one.model]} to {one.version}"
        if one.model in before
        else f"The release brings {one.model} {one.version}"
        for one in now
        if one.pk not in known
    ]
    return "; ".join(words)
