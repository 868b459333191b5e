"""Reminding keepers of runbooks whose drill falls due: in-app at once; the day's mail follows from the notices.

The row carries the moment at which to look next (docs/adr/0009): a look that comes twice, late or never says nothing
twice and leaves nothing out. What was written or drilled is looked at with the next tick.
"""

import datetime
from typing import Any

from django.db import transaction

from incidents.models import Runbook
from incidents.queries import runbook_drills as queries
from portal import dates, notifications
from portal.notifications import Notice
from portal.rules.freshness import Stage
from readiness.queries import document_people

BATCH = 500
WORDS = {
    Stage.SOON: "is to be drilled by {day}",
    Stage.STALE: "was to be drilled by {day}",
    Stage.ESCALATED: "is not drilled still: it was due {day}",
}


def send_due(now: datetime.datetime) -> int:
    """Says everything that is due; returns how many notices. Twice changes nothing."""
    said = 0
    while batch := list(queries.due(now)[:BATCH]):
        said += sum(_say(runbook, now) for runbook in batch)
    return said


def _say(runbook: Any, now: datetime.datetime) -> int:
    """Says what is due of one runbook and moves its moment on, unless somebody else has done so."""
    found = queries.reminder(runbook, now)
    with transaction.atomic():
        waiting = Runbook.objects.filter(pk=runbook.pk, drill_remind_at=runbook.drill_remind_at)
        if not waiting.update(drill_remind_at=found.next_at) or found.stage is None:
            return 0
        people = tuple(document_people.told(runbook, found.stage is Stage.ESCALATED, now))
        notifications.notify_all([_notice(runbook, found.stage, people)])
    return len(people)


def _notice(runbook: Any, stage: Stage, people: tuple[Any, ...]) -> Notice:
    day = queries.due_on(runbook)
    return Notice(
        recipients=people,
        kind=f"drill-{stage}",
        key=f"drill-{stage}-{runbook.public_id}-{day}",
        subject=f"{runbook} {WORDS[stage].format(day=dates.day_words(day))}",
        url=runbook.get_absolute_url(),
        scope=runbook.scope,
    )
