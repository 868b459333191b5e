"""Letting go of what alert sources told long ago: raw posts, and alerts that are over and belong to no incident.

The days are settings. What an incident rests on is kept as long as the incident. Each deletion is an event with the
number and the digest of what went, so that the record says what is no longer there, and since when.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Model, Q, QuerySet

from incidents import verbs
from incidents.choices import AlertState
from incidents.models import Alert, AlertPost, AlertSource
from portal import audit, canonical

AT_ONCE = 500
"""Rows of a source that one transaction lets go; the rest waits for the next run."""
POSTS, ALERTS = "posts", "alerts"


@dataclass(frozen=True)
class Kept:
    """What is kept for so many days: its name in the record, and the rows of a source that are older."""

    kind: str
    days: int
    old: "QuerySet[Alert] | QuerySet[AlertPost]"


def let_go(now: datetime.datetime) -> int:
    """Lets go of what is older than its days; returns how many rows. A second run at the same time finds nothing."""
    return sum(_of(source, kept, now) for kept in _kept(now) for source in _sources(kept))


def _kept(now: datetime.datetime) -> list[Kept]:
    posts, alerts = settings.ALERT_POST_DAYS, settings.ALERT_DAYS
    worked = AlertPost.objects.filter(worked_at__lt=now - datetime.timedelta(days=posts))
    before = now - datetime.timedelta(days=alerts)
    over = Q(state=AlertState.RESOLVED, ends_at__lt=before) | Q(state=AlertState.LEFT_OUT)
    ended = Alert.objects.filter(over, incident=None, last_told_at__lt=before)
    return [Kept(POSTS, posts, worked), Kept(ALERTS, alerts, ended)]


def _sources(kept: Kept) -> list[AlertSource]:
    named = kept.old.order_by().values_list("source", flat=True).distinct()
    return list(AlertSource.objects.filter(pk__in=named).select_related("team"))


def _of(source: AlertSource, kept: Kept, now: datetime.datetime) -> int:
    with transaction.atomic():
        AlertSource.objects.select_for_update().values_list("pk").get(pk=source.pk)
        rows = list(kept.old.filter(source=source).order_by("pk")[:AT_ONCE])
        if not rows:
            return 0
        kept.old.model._default_manager.filter(pk__in=[row.pk for row in rows]).delete()
        facts: dict[str, audit.Fact] = {
            "source": str(source.public_id),
            "kind": kept.kind,
            "count": len(rows),
            "days": kept.days,
            "before": (now - datetime.timedelta(days=kept.days)).isoformat(),
            "digest": _digest(rows),
        }
        audit.record(None, verbs.ALERTS_LET_GO, source, facts=facts, texts={"name": source.name})
    return len(rows)


def _digest(rows: Sequence[Model]) -> str:
    """The digest of the rows as they were, by their columns."""
    columns = [field.attname for field in rows[0]._meta.concrete_fields]
    return canonical.digest([{name: getattr(row, name) for name in columns} for row in rows])
