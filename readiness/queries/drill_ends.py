"""What ends the proof of a drill: a newer one of the same way back that did not pass."""

import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from readiness.choices import DrillKind, DrillResult
from readiness.models import Drill


def newer_failed(path: str = "", until: datetime.datetime | None = None) -> QuerySet[Drill]:
    """Newer ones that did not pass, known by a moment, within a statement over drills; `path` leads to these."""
    return _failed(until).filter(
        service=OuterRef(f"{path}service"),
        way_back_digest=OuterRef(f"{path}way_back_digest"),
        performed_at__gt=OuterRef(f"{path}performed_at"),
    )


def read_along(until: datetime.datetime | None = None) -> Subquery:
    """When the proof of the drill that is a piece of evidence ended, to be read along with the piece."""
    return Subquery(_first(newer_failed("drill__", until)))


def ended_at(drill: Drill) -> datetime.datetime | None:
    """The same of one drill: one statement."""
    newer = _failed().filter(
        service=drill.service_id, way_back_digest=drill.way_back_digest, performed_at__gt=drill.performed_at
    )
    return _first(newer).first()


def _failed(until: datetime.datetime | None = None) -> QuerySet[Drill]:
    failed = Drill.objects.filter(kind=DrillKind.ROLLBACK).exclude(result=DrillResult.PASSED)
    return failed if until is None else failed.filter(recorded_at__lte=until, performed_at__lte=until)


def _first(failed: QuerySet[Drill]) -> "QuerySet[Drill, datetime.datetime]":
    return failed.order_by("performed_at").values_list("performed_at", flat=True)[:1]
