"""Two database roles on PostgreSQL: one owns the tables and migrates, the other serves and owns nothing.

With `DATABASE_OWNER_URL` set, `migrate` works as the owner and then grants the role of `DATABASE_URL` what serving
needs: to read, to add, to change and delete rows where that is the product's business, and of guarded tables no more
than their one change. Who serves can then neither drop nor disable a guard, whatever the statement. Once, as a
superuser:

    CREATE ROLE gatehouse_owner LOGIN PASSWORD '…';
    CREATE ROLE gatehouse LOGIN PASSWORD '…';
    CREATE DATABASE gatehouse OWNER gatehouse_owner;

    DATABASE_OWNER_URL=postgresql://gatehouse_owner:…@host/gatehouse   only where `manage.py migrate` runs
    DATABASE_URL=postgresql://gatehouse:…@host/gatehouse               web and worker

SQLite has no roles: there the guards and the chain alone hold.
"""

import contextlib
from collections.abc import Iterator

import environ
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from portal.append_only.guards import every_guard

CONNECTING = ("USER", "PASSWORD", "HOST", "PORT", "NAME")
READ_ONLY = {"django_migrations"}


def is_split() -> bool:
    """Whether an owner apart from the serving role is configured."""
    return bool(settings.DATABASE_OWNER_URL)


@contextlib.contextmanager
def as_owner() -> Iterator[BaseDatabaseWrapper]:
    """Lets this thread talk to the database as its owner for the length of the block, where roles are split."""
    serving, before = connections[DEFAULT_DB_ALIAS], connections.settings[DEFAULT_DB_ALIAS]
    if not is_split():
        yield serving
        return
    owner = environ.Env.db_url_config(settings.DATABASE_OWNER_URL)
    connections.settings[DEFAULT_DB_ALIAS] = before | {name: str(owner.get(name, "")) for name in CONNECTING}
    connections[DEFAULT_DB_ALIAS] = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        yield connections[DEFAULT_DB_ALIAS]
    finally:
        connections[DEFAULT_DB_ALIAS].close()
        connections.settings[DEFAULT_DB_ALIAS] = before
        connections[DEFAULT_DB_ALIAS] = serving


def grant() -> str:
    """Grants the serving role exactly what serving needs, as the owner; returns the role's name.

    Raises ImproperlyConfigured where roles are not split, or the split would hold nobody back.
    """
    if not is_split():
        raise ImproperlyConfigured("DATABASE_OWNER_URL is not set: one role both owns and serves.")
    role = str(settings.DATABASES[DEFAULT_DB_ALIAS]["USER"])
    with as_owner() as connection, transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            raise ImproperlyConfigured("Only PostgreSQL has roles.")
        _refuse_powerful(cursor, role)
        for statement in _statements(connection, cursor, role):
            cursor.execute(statement)
    return role


def _refuse_powerful(cursor: CursorWrapper, role: str) -> None:
    cursor.execute("SELECT rolsuper, pg_has_role(oid, current_user, 'MEMBER') FROM pg_roles WHERE rolname = %s", [role])
    found = cursor.fetchone()
    if found is None:
        raise ImproperlyConfigured(f"There is no role {role}.")
    if any(found):
        raise ImproperlyConfigured(f"The role {role} is a superuser, or acts for the owner: it could undo any guard.")


def _statements(connection: BaseDatabaseWrapper, cursor: CursorWrapper, role: str) -> Iterator[str]:
    to = connection.ops.quote_name(role)
    cursor.execute("SELECT current_schema()")
    schema = connection.ops.quote_name(cursor.fetchone()[0])
    guarded = {guard.table: guard.changing_columns for guard in every_guard()}
    yield f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {to}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC, {to}"
    yield f"GRANT USAGE ON SCHEMA {schema} TO {to}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {to}"
    for table in connection.introspection.table_names(cursor):
        yield f'GRANT {_rights(table, guarded)} ON "{table}" TO {to}'


def _rights(table: str, guarded: dict[str, tuple[str, ...]]) -> str:
    if table in READ_ONLY:
        return "SELECT"
    if table not in guarded:
        return "SELECT, INSERT, UPDATE, DELETE"
    columns = ", ".join(f'"{column}"' for column in guarded[table])
    return f"SELECT, INSERT, UPDATE ({columns})" if columns else "SELECT, INSERT"
