"""What the newest measured recurring checks of a live service say beside the baseline that its go fixed."""

import datetime
from collections.abc import Iterable, Sequence

from django.db.models import Max

from portal import clock
from readiness.models import CheckOccurrence, Deployment, Service
from readiness.queries import answers
from readiness.queries import targets as target_queries
from readiness.rules import measure_kinds, measured_values, measures
from readiness.rules.comparisons import Outcome
from readiness.rules.triggers import MeasuredLine

LOOKED_AT = 60
"""Far more than hold the last two completed periods of each measured check."""


def lines(service: Service) -> list[MeasuredLine]:
    """The newest result of each measured check since the live release arrived: three statements at any number."""
    arrived = Deployment.objects.to_production().filter(environment__service=service)
    since = arrived.aggregate(at=Max("deployed_at"))["at"]
    if since is None:
        return []
    rows = CheckOccurrence.objects.completed().filter(service=service).exclude(values={})
    rows = rows.select_related("version", "recurring_check").order_by("-opens_at", "-pk")
    found = [row for row in rows[:LOOKED_AT] if row.version.row.measure is not None]
    if not any(row.done_at and row.done_at >= since for row in found):
        return []
    baseline = target_queries.baseline_in_production(service)
    return [line for line in _each(service, found, since, baseline) if line]


def _each(
    service: Service, rows: Sequence[CheckOccurrence], since: datetime.datetime, baseline: measures.Targets | None
) -> Iterable[MeasuredLine | None]:
    """One line a check, from its newest result and the one before it; `rows` come newest first."""
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
    result = measures.decide(measure, entered, answers.targets_of(service), baseline=baseline, previous=previous)
    return MeasuredLine(
        check=row.version.row.title,
        words=result.sentence,
        on=clock.today_in(service.team.time_zone, row.done_at),
        broken=result.outcome is Outcome.NOT_MET,
        decided=result.outcome is not Outcome.UNDECIDED,
        url=row.get_absolute_url(),
    )
