"""Keeping the status row: every action that changes what it shows calls this in its own transaction."""

import contextlib
import datetime
from collections.abc import Collection, Iterator, Mapping
from contextvars import ContextVar

from django.db import connection
from django.db.models import F

from portal import clock
from readiness.models import Service, ServiceStatus, StatusWeek
from readiness.queries import status as status_queries
from readiness.queries.status import ServiceStanding
from readiness.rules import trends

_put_off: ContextVar[dict[int, datetime.datetime] | None] = ContextVar("put_off", default=None)
"""Services whose row is to be written at the end of the block, by key, with the moment of their last change."""


def refresh(service: Service) -> None:
    """Computes the service's status anew and writes its row: five statements, seven where a count of the trend changed.

    Call it after the change, inside the action's transaction; where `audit.record` comes before, call `hold` first. It
    changes no governed content, so it records no event of its own.
    """
    put_off = _put_off.get()
    if put_off is None:
        _write(service, status_queries.standing_of(service))
    else:
        put_off[service.pk] = clock.now()


def hold(*services: Service) -> None:
    """Locks the rows of these services, in the order of their keys, where the database can.

    The head of the record is always locked last (docs/adr/0004): an action that records its event before it refreshes
    the row would otherwise wait for one that does it the other way round, and that one for it.
    """
    hold_by_key([service.pk for service in services])


def hold_by_key(services: Collection[int]) -> None:
    """The same for services by their keys."""
    if connection.features.has_select_for_update:
        rows = ServiceStatus.objects.filter(service__in=services).order_by("pk")
        list(rows.select_for_update().values_list("pk", flat=True))


@contextlib.contextmanager
def at_the_end() -> Iterator[None]:
    """Within this block rows are written once, when it ends. For many acts in one transaction, which surrounds it.

    Nobody sees the rows before the transaction is over, and what an act decides on it does not read there.
    """
    put_off: dict[int, datetime.datetime] = {}
    token = _put_off.set(put_off)
    try:
        yield
    finally:
        _put_off.reset(token)
    _write_all(put_off)


def catch_up() -> None:
    """Writes now what stands put off within `at_the_end`, as a week of the trend needs it; outside there is nothing."""
    if put_off := _put_off.get():
        _write_all(put_off)
        put_off.clear()


def _write_all(put_off: Mapping[int, datetime.datetime]) -> None:
    services = list(Service.objects.filter(pk__in=put_off))
    for service, standing in zip(services, status_queries.standings_of(services).values(), strict=True):
        with clock.at(put_off[service.pk]):
            _write(service, standing)


def _write(service: Service, standing: ServiceStanding) -> None:
    """Where no count of the trend changed, that is all; else the week is written besides."""
    fields = {**standing.as_fields(), "changed_at": clock.now()}
    counts = {name: fields[name] for name in trends.COUNTS}
    rows = ServiceStatus.objects.filter(service=service)
    if rows.filter(**counts).update(**fields, version=F("version") + 1):
        return
    if not rows.update(**fields, version=F("version") + 1):
        ServiceStatus.objects.create(service=service, version=1, **fields)
    week = StatusWeek(service=service, week=trends.week_of(clock.now()), **counts)
    StatusWeek.objects.bulk_create(
        [week], update_conflicts=True, unique_fields=["service", "week"], update_fields=trends.COUNTS
    )
