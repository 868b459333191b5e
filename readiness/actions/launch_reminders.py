"""Saying once that a condition was not met in time, or that the items after a go are late (docs/adr/0009).

The moment stands on a row, which is looked at once: pages and gate reckon with the moment itself and wait for no look.
"""

import datetime
import zoneinfo
from collections.abc import Iterable, Sequence
from typing import cast

from django.db import transaction
from django.urls import reverse

from portal import local_time, notifications
from portal.notifications import Notice
from readiness.actions import status
from readiness.choices import DecisionState
from readiness.models import Condition, Deployment, LaunchDecision, LaunchReminder, Service
from readiness.queries import decision_people, decisions, live_releases

BATCH = 500


def await_conditions(decision: LaunchDecision, conditions: Iterable[Condition]) -> None:
    """Writes the moment at which each of these conditions lapses, unless it is met: the end of its day in the zone."""
    zone = zoneinfo.ZoneInfo(decision.service.team.time_zone)
    LaunchReminder.objects.bulk_create(
        LaunchReminder(condition=one, remind_at=local_time.end_of(one.due_on, zone)) for one in conditions
    )


def send_due(now: datetime.datetime) -> int:
    """Looks at every moment that has come; returns how many notices it gave. Running it twice changes nothing."""
    said = 0
    due = LaunchReminder.objects.filter(remind_at__lte=now).order_by("remind_at", "pk")
    while batch := list(due.values_list("pk", flat=True)[:BATCH]):
        said += _send(batch, now)
    return said


def _send(batch: Sequence[int], now: datetime.datetime) -> int:
    with transaction.atomic():
        rows = LaunchReminder.objects.filter(pk__in=batch, remind_at__lte=now).select_related(
            "condition__met",
            "condition__owner",
            "condition__decision__service__scope__team",
            "condition__decision__release",
            "condition__decision__environment",
            "condition__decision__review",
            "deployment__release__service__scope__team",
            "deployment__environment",
        )
        found = list(rows)
        services = {_service(row).pk: _service(row) for row in found}
        status.hold(*services.values())
        notices = [notice for row in found if (notice := _notice(row, now))]
        LaunchReminder.objects.filter(pk__in=batch).update(remind_at=None)
        notifications.notify_all(notices)
    return sum(len(notice.recipients) for notice in notices)


def _service(row: LaunchReminder) -> Service:
    if row.condition is not None:
        return row.condition.decision.service
    return cast("Deployment", row.deployment).release.service


def _notice(row: LaunchReminder, now: datetime.datetime) -> Notice | None:
    return _lapsed(row.condition, now) if row.condition else _late(row, now)


def _lapsed(condition: Condition, now: datetime.datetime) -> Notice | None:
    """What is said of a condition that was not met by the end of its day; None where its decision is past anyway."""
    decision = condition.decision
    if decisions.came_in_time(condition) or decisions.now_of(decision, now).state != DecisionState.LAPSED:
        return None
    service = decision.service
    return Notice(
        recipients=decision_people.on_record(decision),
        kind="decision-lapsed",
        key=f"condition-lapsed-{condition.public_id}",
        subject=f"{service.name} {decision.release.label}: decision {decision.number} lapsed, "
        f"“{condition.text}” was not met in time",
        url=decision.get_absolute_url(),
        scope=service.scope,
    )


def _late(row: LaunchReminder, now: datetime.datetime) -> Notice | None:
    """What is said when items after the go are late; None where they were answered, or another release runs."""
    deployment = row.deployment
    if deployment is None:
        return None
    service = deployment.release.service
    live = live_releases.of(service, now)
    if live is None or live.deployment.pk != deployment.pk or not live.is_late:
        return None
    count = len(live.waiting)
    what = "An item after the go is late" if count == 1 else f"{count} items after the go are late"
    return Notice(
        recipients=decision_people.of_live_release(service),
        kind="after-items-late",
        key=f"after-items-late-{deployment.public_id}",
        subject=f"{what}: {service.name} {live.release.label}. Keep it, or roll it back",
        url=reverse("readiness:live", args=[service.slug]),
        scope=service.scope,
    )
