"""Reminding people of recurring checks: in-app at once; the day's mail follows from the notices.

What has to be said is found in the database at each look. A check carries the moment of its next reminder, which moves
on in the transaction that writes the notices: two looks at once, or one that dies half-way, say nothing twice and
leave nothing out.
"""

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from django.db import transaction
from django.urls import reverse

from portal import notifications
from portal.notifications import Notice
from readiness.actions import status
from readiness.choices import ReminderStage
from readiness.models import CheckOccurrence
from readiness.queries import check_reminders as reminder_queries
from readiness.queries.check_reminders import Reminded

BATCH = 1000
"""Checks at a time, and as many more as their last service still has."""

WORDS = {
    ReminderStage.OPENED: "open, due {due}",
    ReminderStage.DUE_IN_7_DAYS: "due {due}",
    ReminderStage.DUE_IN_3_DAYS: "due soon, {due}",
    ReminderStage.DUE_TOMORROW: "due tomorrow, {due}",
    ReminderStage.OVERDUE: "overdue since {due}",
    ReminderStage.ESCALATED: "not done in time; the lead is told",
}


def send_due(now: datetime.datetime) -> int:
    """Says everything that is due; returns how many notices. Running it twice changes nothing."""
    said = 0
    while batch := reminder_queries.batch(now, BATCH):
        said += _send(batch, now)
    return said


def _send(batch: Sequence[tuple[int, int]], now: datetime.datetime) -> int:
    with transaction.atomic():
        status.hold_by_key({service for _, service in batch})
        rows = list(
            reminder_queries.due(now)
            .filter(pk__in=[pk for pk, _ in batch])
            .select_related("service__scope__team", "service__owner", "version", "recurring_check")
        )
        found = reminder_queries.reminded(rows, now)
        _move_on(rows, now)
        notifications.notify_all(_notice(one) for one in found)
    return sum(len(one.recipients) for one in found)


def _move_on(rows: Sequence[CheckOccurrence], now: datetime.datetime) -> None:
    """Sets the moment of each check's next reminder: one statement for each moment, of which there are few."""
    next_at = defaultdict[datetime.datetime | None, list[int]](list)
    for row in rows:
        next_at[reminder_queries.reminder(row, now).next_at].append(row.pk)
    for moment, keys in next_at.items():
        CheckOccurrence.objects.filter(pk__in=keys).update(remind_at=moment)


def _notice(one: Reminded) -> Notice:
    first, count = one.occurrences[0], len(one.occurrences)
    due = first.due_at.astimezone(ZoneInfo(one.service.team.time_zone))
    what = f"“{first.version.row.title}”" if count == 1 else f"{count} {first.get_cadence_display().lower()} checks"
    said = WORDS[one.stage].format(due=f"{due:%a} {due.day} {due:%b}, {due:%H:%M}")
    return Notice(
        recipients=one.recipients,
        kind=f"check-{one.stage}",
        key=f"check-{one.stage}-{_name(one)}",
        subject=f"{one.service.name}: {what} {said}",
        url=first.get_absolute_url() if count == 1 else f"{reverse('readiness:checks')}?q={one.service.slug}",
        scope=one.service.scope,
    )


def _name(one: Reminded) -> str:
    """The same for the same checks, and another after a snooze, so that they are named again when it is over."""
    names = sorted(f"{row.public_id} {row.snoozed_until or ''}" for row in one.occurrences)
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:32]
