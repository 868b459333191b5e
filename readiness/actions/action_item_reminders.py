"""Reminding owners of action items: due soon and overdue, in-app at once; the day's mail follows from the notices.

As with checks, the moment of the next reminder stands on the row and moves on in the transaction that says it.
"""

import datetime
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from django.db import transaction

from portal import dates, notifications
from portal.models import User
from portal.notifications import Notice
from readiness.actions import status
from readiness.choices import ReminderStage, ServiceState
from readiness.models import ActionItem
from readiness.models.action_items import ActionItemQuerySet
from readiness.queries import absences
from readiness.rules import action_items as rules
from readiness.rules.action_items import Reminder

BATCH = 1000
WORDS = {ReminderStage.DUE_IN_3_DAYS: "due soon, {due}", ReminderStage.OVERDUE: "overdue since {due}"}


def send_due(now: datetime.datetime) -> int:
    """Says everything that is due; returns how many notices. Running it twice changes nothing."""
    said = 0
    while batch := list(_due(now).values_list("pk", "service")[:BATCH]):
        said += _send(batch, now)
    return said


def _due(now: datetime.datetime) -> ActionItemQuerySet:
    waiting = ActionItem.objects.unfinished().exclude(service__state=ServiceState.RETIRED)
    return waiting.filter(remind_at__lte=now).order_by("remind_at", "pk")


def _send(batch: Sequence[tuple[int, int]], now: datetime.datetime) -> int:
    with transaction.atomic():
        status.hold_by_key({service for _, service in batch})
        found = _due(now).filter(pk__in=[pk for pk, _ in batch])
        rows = list(found.select_related("service__scope__team", "owner"))
        deputies = absences.deputies(now)
        notices = [notice for row in rows if (notice := _notice(row, deputies.get(row.owner_id, row.owner), now))]
        for row in rows:
            row.remind_at = _reminder(row, now).next_at
        ActionItem.objects.bulk_update(rows, ["remind_at"], batch_size=200)
        notifications.notify_all(notices)
    return len(notices)


def _reminder(row: ActionItem, now: datetime.datetime) -> Reminder:
    return rules.reminder(row.due_on, ZoneInfo(row.service.team.time_zone), now)


def _notice(row: ActionItem, told: User, now: datetime.datetime) -> Notice | None:
    """What is said to the owner, or to whoever stands in for them today; nothing where it has been put off."""
    stage = _reminder(row, now).stage
    if stage is None:
        return None
    words = WORDS[stage].format(due=dates.day_words(row.due_on))
    return Notice(
        recipients=[told],
        kind=f"action-item-{stage}",
        key=f"action-item-{stage}-{row.public_id}-{row.due_on.isoformat()}",
        subject=f"{row.service.name}: “{row.title}” is {words}",
        url=row.get_absolute_url(),
        scope=row.service.scope,
    )
