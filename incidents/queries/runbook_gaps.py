"""What a service lacks in runbooks: a way back that is written down, reviews in time, drills in time."""

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet

from incidents.models import Runbook
from readiness.choices import DrillResult, ItemState, ServiceState
from readiness.models import Service
from readiness.rules import drills
from readiness.rules.gaps import Gap, at_its_oldest

DOMAIN = "inference"
"""Whose it is: the domain that answers for the way back (catalogue.md, prelaunch.rollback)."""


HEAVIEST = at_its_oldest(ItemState.UNANSWERED, critical=True)


def of_services(services: QuerySet[Service], now: datetime.datetime) -> Iterator[tuple[Service, Gap]]:
    """The holes of these services, each with its key: two statements. One that is retired lacks nothing."""
    in_use = services.exclude(state=ServiceState.RETIRED).order_by()
    way_back = Runbook.objects.in_use().filter(service=OuterRef("pk"), is_rollback=True)
    for service in in_use.filter(~Exists(way_back)):
        yield service, _no_way_back(service)
    since = now - datetime.timedelta(days=drills.VALID_DAYS)
    for row in _rows(in_use):
        if row.freshness.is_stale:
            yield row.service, _stale(row)
        if row.last_passed is None or row.last_passed < since:
            yield row.service, _undrilled(row)


def _rows(services: QuerySet[Service]) -> Iterable[Any]:
    """Their runbooks in use, each with when it was begun and last run to the end."""
    passed = Q(revisions__drills__drill__result=DrillResult.PASSED)
    return (
        Runbook.objects.in_use()
        .filter(service__in=services)
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
