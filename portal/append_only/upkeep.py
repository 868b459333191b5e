"""Putting the guards up after every migration, and telling which do not stand.

They are no migration of their own. SQLite drops a table's triggers whenever Django rebuilds the table, and refuses the
rebuild while another table's trigger names it; so they come down before migrations there and go up after them, as they
are declared now. A guard's name ends in a digest of its statement: a changed declaration is a missing guard.
"""

import hashlib
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from portal.append_only import postgresql, sqlite
from portal.append_only.guards import every_guard

VENDORS: Mapping[str, ModuleType] = {"sqlite": sqlite, "postgresql": postgresql}


def put_up(using: str = DEFAULT_DB_ALIAS) -> None:
    """Makes what stands equal to what is declared, in one transaction."""
    connection = connections[using]
    vendor = VENDORS[connection.vendor]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        declared, standing = _declared(connection), _standing(connection)
        kept = {name for name, (_, firm) in standing.items() if firm and name in declared}
        for name in standing.keys() - kept:
            for statement in vendor.take_down(name, standing[name][0]):
                cursor.execute(statement)
        for name in declared.keys() - kept:
            for statement in vendor.put_up(name, declared[name]):
                cursor.execute(statement)


def missing(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """The tables without a guard that is declared for them, or with one that can be passed by."""
    connection = connections[using]
    standing = {name for name, (_, firm) in _standing(connection).items() if firm}
    return sorted({_table_of(name) for name in _declared(connection).keys() - standing})


def take_down(using: str = DEFAULT_DB_ALIAS) -> None:
    """Takes every guard down, for as long as a migration needs."""
    connection = connections[using]
    vendor = VENDORS[connection.vendor]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for name, (table, _) in _standing(connection).items():
            for statement in vendor.take_down(name, table):
                cursor.execute(statement)


def before_migrations(using: str, plan: list[tuple[Any, bool]], **_signal: Any) -> None:
    """Takes SQLite's guards down when there is something to migrate: they would refuse to let tables be rebuilt."""
    if connections[using].vendor == "sqlite" and plan:
        take_down(using)


def after_migrations(using: str, **_signal: Any) -> None:
    """Puts the guards up."""
    if connections[using].vendor in VENDORS:
        put_up(using)


def _declared(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Every guard by name, with its statement; of tables that are there."""
    vendor, found = VENDORS[connection.vendor], {}
    tables = set(connection.introspection.table_names())
    for guard in every_guard():
        if guard.table in tables:
            for kind, statement in vendor.triggers(connection, guard):
                digest = hashlib.sha256(statement.encode()).hexdigest()[:8]
                found[f"guard_{guard.table}_{kind}_{digest}"] = statement
    return found


def _standing(connection: BaseDatabaseWrapper) -> dict[str, tuple[str, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(VENDORS[connection.vendor].STANDING)
        return {name: (table, bool(firm)) for name, table, firm in cursor.fetchall()}


def _table_of(name: str) -> str:
    return name.removeprefix("guard_").rsplit("_", 2)[0]
