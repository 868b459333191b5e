"""When people hear of a waiver that runs out (product.md, Reminders). Pure.

The stages are moments on a line, as those of a recurring check: whoever looks late finds the last one that has come.
"""

import datetime
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass

from readiness.choices import WaiverStage
from readiness.rules.waivers import SOON_DAYS

REMINDED_AT = datetime.time(9)
"""The time of day, where the team is."""
DAYS_BEFORE = {WaiverStage.IN_14_DAYS: SOON_DAYS, WaiverStage.IN_3_DAYS: 3}
"""Days before the last day on which people are reminded."""


@dataclass(frozen=True)
class Reminder:
    """The stage in force, None before the first; and when the next one begins, None after the last."""

    stage: WaiverStage | None
    next_at: datetime.datetime | None


def stages(expires_on: datetime.date, time_zone: str) -> Sequence[tuple[datetime.datetime, WaiverStage]]:
    """The moments (UTC) at which people hear of a waiver, in order; it lapses as its last day ends."""
    soon = [(expires_on - datetime.timedelta(days=days), REMINDED_AT, stage) for stage, days in DAYS_BEFORE.items()]
    lapse = (expires_on + datetime.timedelta(days=1), datetime.time(), WaiverStage.LAPSED)
    zone = zoneinfo.ZoneInfo(time_zone)
    return tuple(
        (datetime.datetime.combine(day, time, zone).astimezone(datetime.UTC), stage)
        for day, time, stage in (*soon, lapse)
    )


def reminder(
    approved_at: datetime.datetime, expires_on: datetime.date, time_zone: str, now: datetime.datetime
) -> Reminder:
    """What is to be said at `now` of an approved waiver; a stage that began before the approval says nothing."""
    line = [(at, stage) for at, stage in stages(expires_on, time_zone) if at > approved_at]
    begun = [stage for at, stage in line if at <= now]
    coming = [at for at, _ in line if at > now]
    return Reminder(begun[-1] if begun else None, coming[0] if coming else None)
