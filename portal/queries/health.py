"""Whether everything the portal needs is there."""

from collections.abc import Callable, Mapping

from celery import current_app
from django.db import connection

from portal import audit
from portal.append_only import upkeep
from portal.errors import RecordUnavailable
from portal.queries import installation


def findings() -> Mapping[str, str]:
    """A word for each need: "ok", or what is wrong. No detail that would help a stranger."""
    probes: dict[str, Callable[[], str]] = {
        "database": _database,
        "migrations": _migrations,
        "record": _record,
        "guards": _guards,
        "broker": _broker,
    }
    return {name: _tried(probe) for name, probe in probes.items()}


def _tried(probe: Callable[[], str]) -> str:
    try:
        return probe()
    except Exception:  # noqa: BLE001  a probe reports every fault, whatever its kind
        return "unreachable"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _migrations() -> str:
    return "pending" if installation.has_pending_migrations() else "ok"


def _record() -> str:
    """An event can be appended; nothing stays of it."""
    try:
        audit.probe()
    except RecordUnavailable:
        return "cannot be written"
    return "ok"


def _guards() -> str:
    """Every append-only table is guarded by the database."""
    return "missing" if upkeep.missing() else "ok"


def _broker() -> str:
    with current_app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=2)
    return "ok"
