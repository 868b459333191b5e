"""The guards as PostgreSQL's triggers: one function a table, called for each row and for TRUNCATE, always enabled.

`ENABLE ALWAYS` keeps them firing in a session that plays a replica. The function looks tables up in the portal's own
schema, temporary tables last: else a temporary `portal_user` could stand in for the real one.
"""

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

from portal.append_only.guards import Guard


def triggers(connection: BaseDatabaseWrapper, guard: Guard) -> Iterator[tuple[str, str]]:
    """What guards one table: its function, and the triggers that call it, with `{name}` left to fill in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        schema = cursor.fetchone()[0]
    yield "table", _function(guard, schema) + _triggers(guard)


def put_up(name: str, statement: str) -> Iterator[str]:
    """The statements that put a guard up under this name."""
    yield statement.replace("{name}", name)


def take_down(name: str, table: str) -> Iterator[str]:
    """The statements that take a guard down: a trigger, or the function with every trigger that calls it."""
    yield f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"'
    yield f'DROP TRIGGER IF EXISTS "{name}_truncate" ON "{table}"'
    yield f'DROP FUNCTION IF EXISTS "{name}"()'


STANDING = """
SELECT regexp_replace(tgname, '_truncate$', ''), relname, count(*) = 2 AND bool_and(tgenabled = 'A')
FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace AND tgname LIKE 'guard\\_%'
GROUP BY 1, 2
"""
"""Name, table, and whether it cannot be passed by, of every guard that stands."""


def _function(guard: Guard, schema: str) -> str:
    refusals = "".join(
        f"    IF {refusal.condition} THEN {_raise(refusal.words)} END IF;\n" for refusal in guard.refusals
    )
    return (
        f'CREATE OR REPLACE FUNCTION "{{name}}"() RETURNS trigger LANGUAGE plpgsql\n'
        f'SET search_path = "{schema}", pg_temp AS $guard$\n'
        f"BEGIN\n"
        f"  IF TG_OP = 'INSERT' THEN\n{refusals}    RETURN NEW;\n  END IF;\n"
        f"{_one_change(guard)}"
        f"  {_raise(guard.words)}\n"
        f"END $guard$;\n"
    )


def _one_change(guard: Guard) -> str:
    if guard.change is None:
        return ""
    columns = ", ".join(f"'{column}'" for column in guard.changing_columns)
    fixed = f"to_jsonb(OLD) - ARRAY[{columns}] = to_jsonb(NEW) - ARRAY[{columns}]"
    return (
        f"  IF TG_OP = 'UPDATE' THEN\n    IF {fixed} AND ({guard.change.allowed}) THEN RETURN NEW; END IF;\n  END IF;\n"
    )


def _raise(words: str) -> str:
    return f"RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation';"


def _triggers(guard: Guard) -> str:
    call = 'EXECUTE FUNCTION "{name}"()'
    on = f'ON "{guard.table}"'
    always = f'ALTER TABLE "{guard.table}" ENABLE ALWAYS TRIGGER'
    return (
        f'CREATE TRIGGER "{{name}}" BEFORE INSERT OR UPDATE OR DELETE {on} FOR EACH ROW {call};\n'
        f'CREATE TRIGGER "{{name}}_truncate" BEFORE TRUNCATE {on} FOR EACH STATEMENT {call};\n'
        f'{always} "{{name}}";\n{always} "{{name}}_truncate";'
    )
