"""What a service lacks in runbooks: a way back that is written down, reviews in time, drills in time."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import Max, Min, Q

from incidents.models import Runbook
from readiness.choices import DrillResult, ItemState, ServiceState
from readiness.models import Service
from readiness.rules import drills
from readiness.rules.gaps import Gap

DOMAIN = "inference"
"""Whose it is: the domain that answers for the way back (catalogue.md, prelaunch.rollback)."""


def of_service(service: Service, now: datetime.datetime) -> list[Gap]:
    """The holes of a service, each with its key: one statement."""
    if service.state == ServiceState.RETIRED:
        return []
    rows = list(_rows(service))
    gaps = [] if any(row.is_rollback for row in rows) else [_no_way_back(service)]
    gaps += [_stale(row) for row in rows if row.freshness.is_stale]
    since = now - datetime.timedelta(days=drills.VALID_DAYS)
    return [*gaps, *(_undrilled(row) for row in rows if row.last_passed is None or row.last_passed < since)]


def _rows(service: Service) -> Iterable[Any]:
    """Its runbooks in use, each with when it was begun and last run to the end."""
    passed = Q(revisions__drills__drill__result=DrillResult.PASSED)
    return (
        service.runbooks.in_use()
        .select_related("service")
        .annotate(
            begun=Min("revisions__event__at"), last_passed=Max("revisions__drills__drill__performed_at", filter=passed)
        )
    )


def _no_way_back(service: Service) -> Gap:
    return Gap(
        key="runbook.way-back",
        title="Write the rollback runbook",
        state=ItemState.UNANSWERED,
        critical=True,
        since=service.created_at,
        url=f"{service.get_absolute_url()}documents/",
        why="The way back is not written down.",
        domain=DOMAIN,
    )


def _stale(row: Runbook) -> Gap:
    return Gap(
        key=f"runbook.{row.number}.stale",
        title=f"Review the runbook “{row.title}”",
        state=ItemState.YELLOW,
        critical=False,
        since=datetime.datetime.combine(row.review_on, datetime.time(), datetime.UTC),
        url=row.get_absolute_url(),
        why="Nobody has reviewed it in time.",
    )


def _undrilled(row: Any) -> Gap:
    return Gap(
        key=f"runbook.{row.number}.drill",
        title=f"Drill the runbook “{row.title}”",
        state=ItemState.YELLOW,
        critical=False,
        since=row.last_passed + datetime.timedelta(days=drills.VALID_DAYS)
        if row.last_passed
        else row.begun or row.written_at,
        url=row.get_absolute_url(),
        why="Nobody ran it to the end in the last 90 days.",
        domain=DOMAIN if row.is_rollback else "",
    )
