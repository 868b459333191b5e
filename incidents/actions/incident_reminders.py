"""Reminding people of the next word that was promised on an incident, and of the post-mortem that is owed.

The row carries the moment of its next reminder (docs/adr/0009): a look that comes twice, late or never says nothing
twice and leaves nothing out. What follows from a post-mortem is an action item, and reminded of as such.
"""

import datetime

from django.db import transaction

from incidents.models import Incident
from incidents.queries import incidents as queries
from incidents.rules.reminders import Stage
from portal import dates, notifications
from portal.models import User
from portal.notifications import Notice

BATCH = 500
WORDS = {
    Stage.WORD_DUE: "the next word on {label} is due: {title}",
    Stage.WORD_LATE: "the next word on {label} is an hour late: {title}",
    Stage.SOON: "the post-mortem of {label} is due {day}: {title}",
    Stage.OVERDUE: "the post-mortem of {label} is overdue, it was due {day}: {title}",
    Stage.ESCALATED: "the post-mortem of {label} is still missing, it was due {day}: {title}",
}


def send_due(now: datetime.datetime) -> int:
    """Says everything that is due; returns how many people were told. Twice changes nothing."""
    said = 0
    while batch := list(queries.to_remind_of(now)[:BATCH]):
        said += sum(_say(incident, now) for incident in batch)
    return said


def _say(incident: Incident, now: datetime.datetime) -> int:
    """Says what is due of one and moves its moment on, unless somebody else has done so."""
    found = incident.reminder(now)
    with transaction.atomic():
        waiting = Incident.objects.filter(pk=incident.pk, remind_at=incident.remind_at)
        if not waiting.update(remind_at=found.next_at) or found.stage is None:
            return 0
        people = queries.reminded(incident, found.stage, now)
        notifications.notify_all([_notice(incident, found.stage, people)])
    return len(people)


def _notice(incident: Incident, stage: Stage, people: list[User]) -> Notice:
    due_on = incident.post_mortem_due_on
    words = WORDS[stage].format(
        label=incident.label, title=incident.title, day=dates.day_words(due_on) if due_on else ""
    )
    due = incident.next_word_at or due_on
    return Notice(
        recipients=people,
        kind=f"incident-{stage}",
        key=f"incident-{stage}-{incident.public_id}-{due.isoformat() if due else ''}",
        subject=f"{incident.service.name}: {words}",
        url=incident.get_absolute_url(),
        scope=incident.service.scope,
    )
