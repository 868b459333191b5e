"""What an action item may say, when it is due where nobody says otherwise, and when its owner is reminded. Pure."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from portal import local_time
from portal.rules import texts
from readiness.choices import ActionState, Priority, ReminderStage

LONGEST_TITLE, LONGEST_TEXT, LONGEST_REASON, LONGEST_TRACKER = 200, 4000, 300, 500
DAYS: Mapping[int, int] = MappingProxyType(
    {Priority.HIGHEST: 7, Priority.HIGH: 14, Priority.MEDIUM: 30, Priority.LOW: 60}
)
"""Days that an item has from its opening, by priority, where nobody chooses its date."""
SOON = datetime.timedelta(days=3)
MORNING = datetime.time(9)


@dataclass(frozen=True)
class Terms:
    """What is said of an item."""

    title: str
    text: str = ""
    due_on: datetime.date | None = None
    priority: int = Priority.MEDIUM
    tracker: str = ""


def proposed_due(priority: int, today: datetime.date) -> datetime.date:
    """The day an item of this priority is due that is opened today."""
    return today + datetime.timedelta(days=DAYS[priority])


def refusals(terms: Terms, today: datetime.date, *, was_due_on: datetime.date | None = None) -> texts.Refusals:
    """What is wrong, by field. A day that is over is refused, unless it was the item's own before."""
    found = {
        "title": texts.name_refusal(terms.title, LONGEST_TITLE, "Say in one line what is to be done."),
        "text": texts.refusal(terms.text, LONGEST_TEXT, one_line=False),
        "due_on": _due_refusal(terms.due_on, today, was_due_on),
        "priority": "" if terms.priority in Priority.values else "Choose highest, high, medium or low.",
        "tracker": texts.web_address_refusal(terms.tracker, LONGEST_TRACKER),
    }
    return {field: [words] for field, words in found.items() if words}


def _due_refusal(due_on: datetime.date | None, today: datetime.date, was: datetime.date | None) -> str:
    if due_on is None:
        return "Say until when."
    return "Choose a day that is still to come." if due_on < today and due_on != was else ""


def move_refusals(state: str, reason: str) -> texts.Refusals:
    """What is wrong with moving an item there: dropping needs a reason."""
    if state not in ActionState.values:
        return {"state": ["Choose open, in progress, done or dropped."]}
    if state == ActionState.DROPPED and not reason:
        return {"reason": ["Say why it is dropped."]}
    words = texts.refusal(reason, LONGEST_REASON)
    return {"reason": [words]} if words else {}


@dataclass(frozen=True)
class Reminder:
    """The stage in force, None before the first; and when the next one begins, None after the last."""

    stage: ReminderStage | None
    next_at: datetime.datetime | None


def reminder(due_on: datetime.date, zone: datetime.tzinfo, now: datetime.datetime) -> Reminder:
    """Due soon from 9:00 three days before, overdue from 9:00 of the day after, both where the team is."""
    line = (
        (local_time.moment(due_on - SOON, MORNING, zone), ReminderStage.DUE_IN_3_DAYS),
        (local_time.moment(due_on + datetime.timedelta(days=1), MORNING, zone), ReminderStage.OVERDUE),
    )
    begun = [stage for at, stage in line if at <= now]
    coming = [at for at, _ in line if at > now]
    return Reminder(begun[-1] if begun else None, coming[0] if coming else None)


def first_reminder(due_on: datetime.date, zone: datetime.tzinfo, now: datetime.datetime) -> datetime.datetime | None:
    """When somebody who was told just now is told next: what is in force already was said with that."""
    return reminder(due_on, zone, now).next_at
