"""Reminding people of waivers that run out: in-app at once; the day's mail follows from the notices.

As of recurring checks, the row carries the moment of its next reminder, which moves on in the transaction that writes
the notices (docs/adr/0009): a look that comes twice, late or never says nothing twice and leaves nothing out.
"""

import datetime

from django.db import transaction

from portal import notifications
from portal.dates import day_words
from portal.notifications import Notice
from readiness.choices import WaiverStage
from readiness.models import Waiver, WaiverReminder
from readiness.queries import waiver_reminders as reminder_queries
from readiness.queries import wording
from readiness.queries.waiver_reminders import Reminded
from readiness.rules import waiver_reminders as rules

BATCH = 1000
WORDS = {
    WaiverStage.IN_14_DAYS: "is on credit until {until} only. Meet it, or ask to renew the waiver in time",
    WaiverStage.IN_3_DAYS: "lapses soon: on credit until {until} only. Meet it, or ask to renew the waiver",
    WaiverStage.LAPSED: "is on credit no more: its waiver held until {until}",
}


def follow(waiver: Waiver, approved_at: datetime.datetime) -> None:
    """From its approval on people are reminded of this waiver, and no more of the one that it renews."""
    found = rules.reminder(approved_at, waiver.expires_on, waiver.service.team.time_zone, approved_at)
    WaiverReminder.objects.create(waiver=waiver, remind_at=found.next_at)
    if waiver.renews is not None:
        end(waiver.renews)


def end(waiver: Waiver) -> None:
    """Nobody is reminded of it any more: it was renewed or revoked."""
    WaiverReminder.objects.filter(waiver=waiver).update(remind_at=None)


def send_due(now: datetime.datetime) -> int:
    """Says everything that is due; returns how many notices. Running it twice changes nothing."""
    said = 0
    while batch := list(reminder_queries.due(now).values_list("pk", flat=True)[:BATCH]):
        said += _send(batch, now)
    return said


def _send(batch: list[int], now: datetime.datetime) -> int:
    with transaction.atomic():
        rows = list(reminder_queries.held(batch, now))
        found = reminder_queries.reminded(rows, now)
        for row in rows:
            WaiverReminder.objects.filter(pk=row.pk).update(remind_at=reminder_queries.reminder(row, now).next_at)
        notifications.notify_all(_notice(one) for one in found)
    return sum(len(one.recipients) for one in found)


def _notice(one: Reminded) -> Notice:
    waiver, service = one.waiver, one.waiver.service
    title = wording.title(waiver.item_key, service)
    return Notice(
        recipients=one.recipients,
        kind=f"waiver-{one.stage}",
        key=f"waiver-{one.stage}-{waiver.public_id}",
        subject=f"{service.name}: “{title}” {WORDS[one.stage].format(until=day_words(waiver.expires_on))}",
        url=waiver.get_absolute_url(),
        scope=service.scope,
    )
