"""What the newest measured recurring checks of a live service say beside the baseline that its go fixed."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Subquery

from portal import clock
from readiness.models import CheckOccurrence, Deployment, Service
from readiness.queries import promised_targets
from readiness.queries import targets as target_queries
from readiness.rules import measure_kinds, measured_values, measures
from readiness.rules.comparisons import Outcome
from readiness.rules.triggers import MeasuredLine

LOOKED_AT = 60
"""Far more than hold the last two completed periods of each measured check."""


def lines(service: Service) -> list[MeasuredLine]:
    """The newest result of each measured check since the live release arrived: one statement at any number."""
    arrived = Deployment.objects.to_production().filter(environment__service=service).order_by("-deployed_at")
    rows = (
        CheckOccurrence.objects.completed()
        .filter(service=service)
        .exclude(values={})
        .select_related("version", "recurring_check")
        .annotate(
            since=Subquery(arrived.values("deployed_at")[:1]),
            baseline=Subquery(target_queries.seen_by_the_go(service).values("content")[:1]),
        )
        .order_by("-opens_at", "-pk")
    )
    found = [row for row in rows[:LOOKED_AT] if row.version.row.measure is not None]
    return [line for line in _each(service, found) if line]


def _each(service: Service, rows: Sequence[Any]) -> Iterable[MeasuredLine | None]:
    """One line a check, from its newest result and the one before it; `rows` come newest first."""
    if not rows or rows[0].since is None:
        return
    since, baseline = rows[0].since, target_queries.as_targets(rows[0].baseline)
    by_check: dict[int, list[CheckOccurrence]] = {}
    for row in rows:
        by_check.setdefault(row.recurring_check_id, []).append(row)
    for newest, *before in by_check.values():
        if newest.done_at and newest.done_at >= since:
            yield _line(service, newest, before[0] if before else None, baseline)


def _line(
    service: Service, row: CheckOccurrence, before: CheckOccurrence | None, baseline: measures.Targets | None
) -> MeasuredLine | None:
    asked = row.version.row.measure
    if asked is None or row.done_at is None:
        return None
    try:
        entered = measured_values.read(asked.kind, row.values)
        previous = measured_values.read(asked.kind, before.values) if before else None
    except measured_values.InvalidValues:
        return None
    measure = measure_kinds.measure(asked.kind, asked.limits)
    result = measures.decide(measure, entered, promised_targets.of(service), baseline=baseline, previous=previous)
    return MeasuredLine(
        check=row.version.row.title,
        words=result.sentence,
        on=clock.today_in(service.team.time_zone, row.done_at),
        broken=result.outcome is Outcome.NOT_MET,
        decided=result.outcome is not Outcome.UNDECIDED,
        url=row.get_absolute_url(),
        id=row.version.row.key,
    )
