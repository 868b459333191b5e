"""Changing what the way back is: the drills that proved another one stop counting in the same transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from readiness.actions import applicability, service_locks, status
from readiness.models import Service
from readiness.queries import way_back


@contextmanager
def changing(service: Service) -> Iterator[None]:
    """Surrounds an upper app's change of what it contributes to the way back, within the action's transaction.

    All that follows is locked first, because the change records an event (docs/adr/0004). Afterwards the answers that
    rest on a drill are counted anew, and the status row is written.
    """
    _hold(service)
    before = way_back.digest(service)
    yield
    if way_back.digest(service) != before:
        _count_anew(service)


@contextmanager
def failing(service: Service) -> Iterator[None]:
    """Surrounds the record of a drill that did not pass, which ends what older ones proved, within the transaction."""
    _hold(service)
    yield
    _count_anew(service)


def _hold(service: Service) -> None:
    service_locks.hold([service])
    applicability.hold([service])
    status.hold(service)


def _count_anew(service: Service) -> None:
    applicability.recount(service)
    status.refresh(service)
