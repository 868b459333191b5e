"""Reminding people of documents whose review falls due: in-app at once; the day's mail follows from the notices.

The row carries the moment of its next reminder (docs/adr/0009): a look that comes twice, late or never says nothing
twice and leaves nothing out.
"""

import datetime

from django.db import transaction

from portal import dates, notifications
from portal.extension_points import KeptDocuments, kept_documents
from portal.models.documents import AbstractDocument
from portal.notifications import Notice
from portal.rules.freshness import Stage

BATCH = 500
WORDS = {
    Stage.SOON: "is to be reviewed by {day}",
    Stage.STALE: "is stale: its review was due {day}",
    Stage.ESCALATED: "is stale still: its review was due {day}",
}


def send_due(now: datetime.datetime) -> int:
    """Says everything that is due of every kind of document; returns how many notices. Twice changes nothing."""
    return sum(_of_kind(kept, now) for kept in kept_documents)


def _of_kind(kept: KeptDocuments, now: datetime.datetime) -> int:
    said = 0
    while batch := list(kept.rows().filter(remind_at__lte=now).order_by("remind_at", "pk")[:BATCH]):
        said += sum(_say(kept, document, now) for document in batch)
    return said


def _say(kept: KeptDocuments, document: AbstractDocument, now: datetime.datetime) -> int:
    """Says what is due of one document and moves its moment on, unless somebody else has done so."""
    found = document.reminder(now)
    with transaction.atomic():
        waiting = type(document)._default_manager.filter(pk=document.pk, remind_at=document.remind_at)
        if not waiting.update(remind_at=found.next_at) or found.stage is None:
            return 0
        people = tuple(kept.told(document, found.stage is Stage.ESCALATED, now))
        notifications.notify_all([_notice(document, found.stage, people)])
    return len(people)


def _notice(document: AbstractDocument, stage: Stage, people: tuple[object, ...]) -> Notice:
    return Notice(
        recipients=people,  # type: ignore[arg-type]  # the kind says who
        kind=f"document-{stage}",
        key=f"document-{stage}-{document.public_id}-{document.review_on}",
        subject=f"{document} {WORDS[stage].format(day=dates.day_words(document.review_on))}",
        url=document.get_absolute_url(),
        scope=document.scope,
    )
