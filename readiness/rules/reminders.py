"""When somebody is reminded of a recurring check, and who (product.md, Reminders). Pure.

The stages of one period are moments on a line. Whoever looks late finds the last one that has come: the ones before
it say nothing more, so a day without a scheduler is no storm afterwards.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from readiness.choices import ReminderStage
from readiness.rules.schedules import Period

P = TypeVar("P")

DUE_SOON = {ReminderStage.DUE_IN_7_DAYS: 7, ReminderStage.DUE_IN_3_DAYS: 3, ReminderStage.DUE_TOMORROW: 1}
"""Days before it is due."""
LONGEST_OVERDUE = datetime.timedelta(days=7)
"""How long a check may be overdue before it is escalated, where the next period does not open earlier."""
LONGEST_SNOOZE = datetime.timedelta(days=7)


@dataclass(frozen=True)
class Reminder:
    """The stage in force, None before the opening; and when the next one begins, None after the last."""

    stage: ReminderStage | None
    next_at: datetime.datetime | None


def stages(period: Period) -> tuple[tuple[datetime.datetime, ReminderStage], ...]:
    """The moments of a period at which a stage begins, in order. What lies before its opening is left out."""
    soon = [(period.due - datetime.timedelta(days=days), stage) for stage, days in DUE_SOON.items()]
    return (
        (period.opens, ReminderStage.OPENED),
        *((at, stage) for at, stage in soon if at > period.opens),
        (period.due, ReminderStage.OVERDUE),
        (min(period.ends, period.due + LONGEST_OVERDUE), ReminderStage.ESCALATED),
    )


def reminder(period: Period, now: datetime.datetime) -> Reminder:
    """What holds at `now` of a check that nobody has done."""
    line = stages(period)
    begun = [stage for at, stage in line if at <= now]
    coming = [at for at, _ in line if at > now]
    return Reminder(begun[-1] if begun else None, coming[0] if coming else None)


def snoozed(period: Period, until: datetime.datetime) -> datetime.datetime:
    """When the next reminder comes after a snooze: when it is over, but never after the moment of escalation."""
    return min(until, stages(period)[-1][0])


def snooze_refusal(period: Period, now: datetime.datetime, until: datetime.datetime) -> str:
    """Why reminders cannot be held back until then, as a sentence; empty when they can."""
    latest = stages(period)[-1][0]
    if until <= now:
        return "Choose a moment that is still to come."
    if until > min(latest, now + LONGEST_SNOOZE):
        return "Reminders can be held back for 7 days at most, and not beyond the moment the lead is told."
    return ""


@dataclass(frozen=True)
class People(Generic[P]):
    """Who could be reminded: each seat with whoever stands in for them while they are away.

    `leads` are the leads of the team other than the accountable person; `administrators` the last resort.
    """

    accountable: P | None
    supporting: Sequence[P]
    leads: Sequence[P]
    owner: P
    administrators: Sequence[P]


def recipients(stage: ReminderStage, people: People[P]) -> list[P]:
    """Who is told at a stage, each once."""
    told = [people.owner if people.accountable is None else people.accountable]
    if stage in (ReminderStage.OVERDUE, ReminderStage.ESCALATED):
        told += people.supporting
    if stage is ReminderStage.ESCALATED:
        others = [lead for lead in people.leads if lead not in told]
        above = others[:1] or ([people.owner] if people.owner not in told else list(people.administrators))
        told += above
    return list(dict.fromkeys(told))
