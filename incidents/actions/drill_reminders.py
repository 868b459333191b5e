"""Reminding keepers of runbooks whose drill falls due. What was written or drilled is looked at with the next tick."""

import datetime
from typing import Any

from incidents.queries import runbook_drills as queries
from portal import dates
from portal.actions import row_reminders
from portal.actions.row_reminders import Look
from portal.notifications import Notice
from portal.rules.freshness import Stage
from readiness.queries import document_people

WORDS = {
    Stage.SOON: "is to be drilled by {day}",
    Stage.STALE: "was to be drilled by {day}",
    Stage.ESCALATED: "is not drilled still: it was due {day}",
}


def send_due(now: datetime.datetime) -> int:
    """Says everything that is due; returns how many people were told."""
    return row_reminders.send_due(queries.due(now), "drill_remind_at", lambda runbook: _look(runbook, now))


def _look(runbook: Any, now: datetime.datetime) -> Look:
    found = queries.reminder(runbook, now)
    stage = found.stage
    return Look(found.next_at, (lambda: _notice(runbook, stage, now)) if stage else None)


def _notice(runbook: Any, stage: Stage, now: datetime.datetime) -> Notice:
    day = queries.due_on(runbook)
    return Notice(
        recipients=list(document_people.told(runbook, stage is Stage.ESCALATED, now)),
        kind=f"drill-{stage}",
        key=f"drill-{stage}-{runbook.public_id}-{day}",
        subject=f"{runbook} {WORDS[stage].format(day=dates.day_words(day))}",
        url=runbook.get_absolute_url(),
        scope=runbook.scope,
    )
