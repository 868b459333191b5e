"""How long a sign-off that was carried to an answer stands."""

import datetime

from portal import clock
from readiness.choices import Depends
from readiness.models import ItemAnswer, SignOff
from readiness.queries.review_frame import ReviewFrame
from readiness.rules import carrying


def carried_until(answer: ItemAnswer, frame: ReviewFrame) -> datetime.date | None:
    """The last day on which a sign-off that was carried to an answer stands; None where only a change ends it."""
    return until(answer.signoff, frame, answer.item_key) if answer.carried_id and answer.signoff else None


def aged(answer: ItemAnswer, frame: ReviewFrame) -> str:
    """Why the sign-off that was carried to an answer has outlived its age; empty while it stands, and for any other."""
    if not answer.carried_id or answer.signoff is None:
        return ""
    item = frame.items[answer.item_key]
    if item.depends is not Depends.SERVICE:
        return ""
    signed_on = clock.today_in(frame.service.team.time_zone, answer.signoff.signed_at)
    return carrying.aged(signed_on, item.max_age_days, frame.today)


def until(signoff: SignOff, frame: ReviewFrame, item_key: str) -> datetime.date | None:
    """The same for any sign-off, were it carried to this item of the review."""
    item = frame.items[item_key]
    signed_on = clock.today_in(frame.service.team.time_zone, signoff.signed_at)
    return carrying.stands_until(signed_on, item.depends, item.max_age_days)
