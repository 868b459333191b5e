"""Reminding people of the next word that was promised on an incident, and of the post-mortem that is owed.

What follows from a post-mortem is an action item, and reminded of as such.
"""

import datetime

from incidents.models import Incident
from incidents.queries import incidents as queries
from incidents.rules.reminders import Stage
from portal import dates
from portal.actions import row_reminders
from portal.actions.row_reminders import Look
from portal.notifications import Notice

WORDS = {
    Stage.WORD_DUE: "the next word on {label} is due: {title}",
    Stage.WORD_LATE: "the next word on {label} is an hour late: {title}",
    Stage.SOON: "the post-mortem of {label} is due {day}: {title}",
    Stage.OVERDUE: "the post-mortem of {label} is overdue, it was due {day}: {title}",
    Stage.ESCALATED: "the post-mortem of {label} is still missing, it was due {day}: {title}",
}


def send_due(now: datetime.datetime) -> int:
    """Says everything that is due; returns how many people were told."""
    return row_reminders.send_due(queries.to_remind_of(now), "remind_at", lambda incident: _look(incident, now))


def _look(incident: Incident, now: datetime.datetime) -> Look:
    found = incident.reminder(now)
    stage = found.stage
    return Look(found.next_at, (lambda: _notice(incident, stage, now)) if stage else None)


def _notice(incident: Incident, stage: Stage, now: datetime.datetime) -> Notice:
    due_on = incident.post_mortem_due_on
    words = WORDS[stage].format(
        label=incident.label, title=incident.title, day=dates.day_words(due_on) if due_on else ""
    )
    due = incident.next_word_at or due_on
    return Notice(
        recipients=queries.reminded(incident, stage, now),
        kind=f"incident-{stage}",
        key=f"incident-{stage}-{incident.public_id}-{due.isoformat() if due else ''}",
        subject=f"{incident.service.name}: {words}",
        url=incident.get_absolute_url(),
        scope=incident.service.scope,
    )
