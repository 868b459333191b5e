"""The guards as SQLite's triggers.

`INSERT OR REPLACE` deletes the row that stands in its way, past the delete trigger unless the connection has
`recursive_triggers` on. So an insert is refused wherever a row with the same key stands already.
"""

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from portal.append_only.guards import Guard


def triggers(connection: BaseDatabaseWrapper, guard: Guard) -> Iterator[tuple[str, str]]:
    """What guards one table: a short name for each trigger, and its statement with `{name}` left to fill in."""
    table = guard.table
    with connection.cursor() as cursor:
        cursor.execute(f'PRAGMA table_info("{table}")')
        described = cursor.fetchall()
        columns = [row[1] for row in described]
        keys = [([row[1] for row in described if row[5]], ""), *_unique_indexes(cursor, table)]
    same_key = _same_key(table, keys, columns)
    refused = f"SELECT RAISE(ABORT, '{guard.words}')"
    yield "delete", _trigger("DELETE", table, "", refused)
    yield "update", _trigger("UPDATE", table, _not_the_one_change(guard, columns), refused)
    yield "insert", _trigger("INSERT", table, f"WHEN {same_key}", refused)
    for number, refusal in enumerate(guard.refusals, 1):
        stopped = f"SELECT RAISE(ABORT, '{refusal.words}')"
        yield f"entry{number}", _trigger("INSERT", table, f"WHEN {refusal.condition}", stopped)


def put_up(name: str, statement: str) -> Iterator[str]:
    """The statements that put a trigger up under this name."""
    yield statement.replace("{name}", name)


def take_down(name: str, _table: str) -> Iterator[str]:
    """The statements that take a trigger down."""
    yield f'DROP TRIGGER "{name}"'


STANDING = "SELECT name, tbl_name, 1 FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'guard\\_%' ESCAPE '\\'"
"""Name, table, and whether it cannot be passed by, of every guard that stands."""


def _trigger(event: str, table: str, condition: str, body: str) -> str:
    return f'CREATE TRIGGER "{{name}}" BEFORE {event} ON "{table}" FOR EACH ROW {condition} BEGIN {body}; END'


def _not_the_one_change(guard: Guard, columns: list[str]) -> str:
    if guard.change is None:
        return ""
    fixed = [f'OLD."{column}" IS NEW."{column}"' for column in columns if column not in guard.changing_columns]
    return f"WHEN NOT ({' AND '.join([*fixed, f'({guard.change.allowed})'])})"


def _same_key(table: str, keys: list[tuple[list[str], str]], columns: list[str]) -> str:
    """Whether a row stands that the new one would push out: the same primary key, or the same unique values."""
    as_new = ", ".join(f'NEW."{column}" AS "{column}"' for column in columns)
    found = []
    for key, condition in keys:
        same = " AND ".join(f'"{column}" = NEW."{column}"' for column in key)
        # The names come from the schema, not from anybody.
        clash = f'EXISTS (SELECT 1 FROM "{table}" WHERE {same} AND ({condition or "1"}))'  # noqa: S608
        covered = f"EXISTS (SELECT 1 FROM (SELECT {as_new}) WHERE {condition})"  # noqa: S608
        found.append(f"({clash} AND {covered})" if condition else clash)
    return " OR ".join(found)


def _unique_indexes(cursor: CursorWrapper, table: str) -> Iterator[tuple[list[str], str]]:
    """The columns of each unique index, with the index's condition where it has one."""
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s", [table])
    statements = dict(cursor.fetchall())
    cursor.execute(f'PRAGMA index_list("{table}")')
    for index in sorted(row[1] for row in cursor.fetchall() if row[2]):
        cursor.execute(f'PRAGMA index_info("{index}")')
        yield [row[2] for row in cursor.fetchall()], (statements[index] or "").partition(" WHERE ")[2]
