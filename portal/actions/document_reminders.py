"""Reminding people of documents whose review falls due."""

import datetime

from portal import dates
from portal.actions import row_reminders
from portal.actions.row_reminders import Look
from portal.extension_points import KeptDocuments, kept_documents
from portal.models.documents import AbstractDocument
from portal.notifications import Notice
from portal.rules.freshness import Stage

WORDS = {
    Stage.SOON: "is to be reviewed by {day}",
    Stage.STALE: "is stale: its review was due {day}",
    Stage.ESCALATED: "is stale still: its review was due {day}",
}


def send_due(now: datetime.datetime) -> int:
    """Says everything that is due of every kind of document; returns how many people were told."""
    return sum(_of_kind(kept, now) for kept in kept_documents)


def _of_kind(kept: KeptDocuments, now: datetime.datetime) -> int:
    due = kept.rows().filter(remind_at__lte=now).order_by("remind_at", "pk")
    return row_reminders.send_due(due, "remind_at", lambda document: _look(kept, document, now))


def _look(kept: KeptDocuments, document: AbstractDocument, now: datetime.datetime) -> Look:
    found = document.reminder(now)
    stage = found.stage
    return Look(found.next_at, (lambda: _notice(kept, document, stage, now)) if stage else None)


def _notice(kept: KeptDocuments, document: AbstractDocument, stage: Stage, now: datetime.datetime) -> Notice:
    return Notice(
        recipients=list(kept.told(document, stage is Stage.ESCALATED, now)),
        kind=f"document-{stage}",
        key=f"document-{stage}-{document.public_id}-{document.review_on}",
        subject=f"{document} {WORDS[stage].format(day=dates.day_words(document.review_on))}",
        url=document.get_absolute_url(),
        scope=document.scope,
    )
