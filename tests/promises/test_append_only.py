"""R11: the application cannot alter history. Every guarded table against every way of changing a row."""

import datetime
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.db.models import ProtectedError

from portal.append_only import upkeep
from portal.append_only.guards import Guard, every_guard
from portal.models import AuditEvent, AuditHead, AuditText, Team
from readiness.models import ConditionMet
from tests.factories import record
from tests.harness import results
from tests.harness.databases import Database

pytestmark = pytest.mark.postgres

Route = Callable[[models.Model], object]
LATER = datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)


@pytest.fixture
def rows(db: None) -> dict[type[models.Model], models.Model]:
    record.history()
    if connection.vendor == "postgresql":
        execute("SET CONSTRAINTS ALL IMMEDIATE")  # else TRUNCATE waits for foreign keys, whatever guards the table
    return record.rows()


def execute(statement: str, *parameters: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.rowcount


def changed(row: models.Model) -> dict[str, Any]:
    """Another value for a column of the row that its one change does not cover."""
    for field in row._meta.concrete_fields:
        if field.primary_key or field.unique or field.is_relation:
            continue
        if isinstance(field, models.TextField | models.CharField) and not field.choices:
            return {field.name: "forged"}
        if isinstance(field, models.DateTimeField):
            return {field.name: LATER}
    for field in row._meta.concrete_fields:
        others = field.is_relation and field.related_model._default_manager.exclude(pk=getattr(row, field.attname))
        if others:
            return {field.attname: others[0].pk}
    raise AssertionError(f"{row._meta.label} has nothing to change")


def other(row: models.Model) -> models.Model:
    for name, value in changed(row).items():
        setattr(row, name, value)
    return row


def copied(row: models.Model) -> tuple[list[str], list[Any]]:
    """The row's columns, quoted, and stored values, one of them forged."""
    names = [field.column for field in row._meta.concrete_fields]
    execute_one = f"SELECT * FROM {row._meta.db_table} WHERE {row._meta.pk.column} = %s"
    with connection.cursor() as cursor:
        cursor.execute(execute_one, [row.pk])
        stored = dict(
            zip(
                [column.name if hasattr(column, "name") else column[0] for column in cursor.description],
                cursor.fetchone(),
                strict=True,
            )
        )
    ((name, value),) = changed(row).items()
    return [connection.ops.quote_name(name) for name in names], [
        value if column == name else stored[column] for column in names
    ]


def orm_save(row: models.Model) -> object:
    return other(row).save()


def orm_save_of_one_field(row: models.Model) -> object:
    return other(row).save(update_fields=list(changed(row)))


def orm_update(row: models.Model) -> object:
    return type(row)._default_manager.filter(pk=row.pk).update(**changed(row))


def orm_bulk_update(row: models.Model) -> object:
    return type(row)._default_manager.bulk_update([other(row)], list(changed(row)))


def orm_update_or_create(row: models.Model) -> object:
    return type(row)._default_manager.update_or_create(pk=row.pk, defaults=changed(row))


def orm_upsert(row: models.Model) -> object:
    return type(row)._default_manager.bulk_create(
        [other(row)], update_conflicts=True, unique_fields=["pk"], update_fields=list(changed(row))
    )


def orm_delete(row: models.Model) -> object:
    return row.delete()


def orm_delete_of_many(row: models.Model) -> object:
    return type(row)._default_manager.all().delete()


def orm_raw_delete(row: models.Model) -> object:
    return type(row)._default_manager.all()._raw_delete(using="default")


def cascade_from_a_parent(row: models.Model) -> object:
    parents = [field for field in row._meta.concrete_fields if field.is_relation and getattr(row, field.name)]
    if not parents:
        raise ProtectedError("has no parent", {row})
    return [getattr(row, field.name).delete() for field in parents]


def sql_update(row: models.Model) -> object:
    ((name, value),) = changed(row).items()
    return execute(f"UPDATE {row._meta.db_table} SET {name} = %s", value)


def sql_new_key(row: models.Model) -> object:
    key = row._meta.pk.column
    return execute(f"UPDATE {row._meta.db_table} SET {key} = {key} + 1000000")


def sql_delete(row: models.Model) -> object:
    return execute(f"DELETE FROM {row._meta.db_table}")


def sql_upsert(row: models.Model) -> object:
    names, values = copied(row)
    ((name, _),) = changed(row).items()
    marks = ", ".join(["%s"] * len(names))
    return execute(
        f"INSERT INTO {row._meta.db_table} ({', '.join(names)}) VALUES ({marks}) "
        f"ON CONFLICT ({row._meta.pk.column}) DO UPDATE SET {name} = excluded.{name}",
        *values,
    )


def sqlite_replace(row: models.Model) -> object:
    names, values = copied(row)
    marks = ", ".join(["%s"] * len(names))
    return execute(f"INSERT OR REPLACE INTO {row._meta.db_table} ({', '.join(names)}) VALUES ({marks})", *values)


def sqlite_replace_past_the_delete_trigger(row: models.Model) -> object:
    execute("PRAGMA recursive_triggers = OFF")
    try:
        return sqlite_replace(row)
    finally:
        execute("PRAGMA recursive_triggers = ON")


def sqlite_update_or_replace(row: models.Model) -> object:
    ((name, value),) = changed(row).items()
    return execute(f"UPDATE OR REPLACE {row._meta.db_table} SET {name} = %s", value)


def sqlite_update_or_ignore(row: models.Model) -> object:
    ((name, value),) = changed(row).items()
    return execute(f"UPDATE OR IGNORE {row._meta.db_table} SET {name} = %s", value)


def sqlite_update_from(row: models.Model) -> object:
    ((name, value),) = changed(row).items()
    return execute(f"UPDATE {row._meta.db_table} SET {name} = forged.x FROM (SELECT %s AS x) AS forged", value)


def postgresql_truncate(row: models.Model) -> object:
    return execute(f"TRUNCATE {row._meta.db_table} CASCADE")


def postgresql_truncate_of_a_parent(_row: models.Model) -> object:
    return execute(f"TRUNCATE {Team._meta.db_table} CASCADE")


def postgresql_delete_in_a_query(row: models.Model) -> object:
    return execute(f"WITH gone AS (DELETE FROM {row._meta.db_table} RETURNING 1) SELECT count(*) FROM gone")


def postgresql_merge(row: models.Model) -> object:
    table, key = row._meta.db_table, row._meta.pk.column
    return execute(f"MERGE INTO {table} t USING {table} s ON t.{key} = s.{key} WHEN MATCHED THEN DELETE")


def postgresql_as_a_replica(row: models.Model) -> object:
    execute("SET LOCAL session_replication_role = replica")
    return sql_delete(row)


EVERYWHERE: list[Route] = [
    orm_save,
    orm_save_of_one_field,
    orm_update,
    orm_bulk_update,
    orm_update_or_create,
    orm_upsert,
    orm_delete,
    orm_delete_of_many,
    orm_raw_delete,
    cascade_from_a_parent,
    sql_update,
    sql_new_key,
    sql_delete,
    sql_upsert,
]
SQLITE: list[Route] = [
    sqlite_replace,
    sqlite_replace_past_the_delete_trigger,
    sqlite_update_or_replace,
    sqlite_update_or_ignore,
    sqlite_update_from,
]
POSTGRESQL: list[Route] = [
    postgresql_truncate,
    postgresql_truncate_of_a_parent,
    postgresql_delete_in_a_query,
    postgresql_merge,
    postgresql_as_a_replica,
]


def content(model: type[models.Model]) -> list[dict[str, Any]]:
    return list(model._default_manager.order_by("pk").values())


def attempt(route: Route, row: models.Model) -> str:
    """What became of an attempt: "refused", or what it did. Nothing of it stays."""
    before = content(type(row))
    with transaction.atomic():
        try:
            with transaction.atomic():
                route(type(row)._default_manager.get(pk=row.pk))
        except (DatabaseError, ProtectedError):
            outcome = "refused"
        else:
            outcome = "went through"
        if content(type(row)) != before:
            outcome = "changed the table"
        transaction.set_rollback(True)
    return outcome


def test_no_route_changes_or_deletes_a_row_of_any_guarded_table(rows: dict[type[models.Model], models.Model]) -> None:
    routes = [*EVERYWHERE, *(SQLITE if connection.vendor == "sqlite" else POSTGRESQL)]

    succeeded = [
        f"{route.__name__} on {model.__name__}: {outcome}"
        for model, row in rows.items()
        for route in routes
        if (outcome := attempt(route, row)) != "refused"
    ]

    assert succeeded == []
    assert len(rows) >= 20
    assert len(routes) >= 14
    told = f"{len(succeeded)}/{len(routes)}-routes-x-{len(rows)}-tables-{connection.vendor}"
    results.tell("R11", told, 0, kept=not succeeded)


def test_each_route_would_change_a_row_that_nothing_guards(rows: dict[type[models.Model], models.Model]) -> None:
    routes = [*EVERYWHERE, *(SQLITE if connection.vendor == "sqlite" else POSTGRESQL)]
    routes.remove(cascade_from_a_parent)  # no parent of a guarded row lets go of it
    upkeep.take_down()

    outcomes = {route.__name__: attempt(route, rows[ConditionMet]) for route in routes}

    assert outcomes == dict.fromkeys(outcomes, "changed the table")


def test_texts_can_be_erased_once_and_nothing_else(rows: dict[type[models.Model], models.Model]) -> None:
    text = AuditText.objects.filter(erased_at__isnull=True)[0]
    texts = AuditText.objects.filter(pk=text.pk)

    for half in ({"value": ""}, {"value": "", "erased_at": LATER}, {"value": "x", "salt": "", "erased_at": LATER}):
        with pytest.raises(IntegrityError), transaction.atomic():
            texts.update(**half)
    texts.update(value="", salt="", erased_at=LATER)
    for again in ({"value": "back"}, {"erased_at": None}, {"erased_at": record.AT}):
        with pytest.raises(IntegrityError), transaction.atomic():
            texts.update(**again)

    assert texts.get().value == ""


@pytest.mark.parametrize(
    ("model", "change"),
    [
        ("Evidence", {"withdrawn_at": LATER, "withdrawn_reason": "Another run."}),
        ("Attachment", {"redacted_at": LATER}),
        ("Assignment", {"ended_at": LATER, "ended_event_id": 1}),
    ],
)
def test_what_may_change_once_changes_once(
    rows: dict[type[models.Model], models.Model], model: str, change: dict[str, Any]
) -> None:
    row = next(row for kind, row in rows.items() if kind.__name__ == model)
    queryset = type(row)._default_manager.filter(pk=row.pk)
    first = next(iter(change))

    with pytest.raises(IntegrityError), transaction.atomic():
        queryset.update(**change, **changed(row))
    assert queryset.update(**change) == 1
    for again in ({first: None}, {first: record.AT}):
        with pytest.raises(IntegrityError), transaction.atomic():
            queryset.update(**again)


def test_the_head_moves_only_to_the_last_event(rows: dict[type[models.Model], models.Model]) -> None:
    head = AuditHead.objects.get()
    event = AuditEvent.objects.get(number=head.number)

    for forged in (
        {"number": head.number + 1},
        {"number": head.number - 1, "digest": event.previous},
        {"digest": "0" * 64},
        {"deployment": "00000000-0000-4000-8000-000000000000"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            AuditHead.objects.update(**forged)
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditHead.objects.create(pk=1, deployment=head.deployment, number=0, digest=head.digest)


@pytest.mark.parametrize(
    ("number", "previous"),
    [(2, "digest"), (1, "previous"), (0, "digest")],
    ids=["leaves one out", "names another as the one before", "takes a place that is taken"],
)
def test_an_event_is_only_ever_added_at_the_end(
    rows: dict[type[models.Model], models.Model], number: int, previous: str
) -> None:
    last = AuditEvent.objects.latest("number")
    forged = AuditEvent.objects.get(pk=last.pk)
    forged.number, forged.previous, forged.digest = last.number + number, getattr(last, previous), "f" * 64

    with pytest.raises(IntegrityError), transaction.atomic():
        forged.save(force_insert=True)


def test_every_model_that_says_it_is_append_only_is_guarded() -> None:
    from django.apps import apps

    promised = {model for model in apps.get_models() if "append-only" in (model.__doc__ or "").lower()}
    promised |= {model for model in apps.get_models() if "Never edited" in (model.__doc__ or "")}

    assert promised - {guard.model for guard in every_guard()} == set()


APP_ROLE_ROUTES = [
    "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "ALTER TABLE {table} DISABLE TRIGGER {trigger}",
    "DROP TRIGGER {trigger} ON {table}",
    "DROP FUNCTION {trigger}() CASCADE",
    "CREATE OR REPLACE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "DROP TABLE {table} CASCADE",
    "TRUNCATE {table} CASCADE",
    "DELETE FROM {table}",
    "UPDATE {table} SET {column} = {column}",
    "ALTER TABLE {table} ADD COLUMN forged int",
    "ALTER TABLE {table} OWNER TO CURRENT_USER",
    "ALTER TABLE {table} RENAME TO forged",
    "CREATE RULE forged AS ON DELETE TO {table} DO INSTEAD NOTHING",
    "CREATE TRIGGER forged BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "SET session_replication_role = replica",
    "SET ROLE {owner}",
    "CREATE TABLE public.forged (id int)",
    "COPY {table} TO PROGRAM 'true'",
]


@pytest.fixture
def serving(fresh_database: Database) -> Iterator[str]:
    """The URL of a database whose owner has granted a serving role no more than it needs."""
    role = "serving_" + fresh_database.url.rsplit("_", 1)[1]
    parts = urlsplit(fresh_database.url)
    url = parts._replace(netloc=f"{role}:secret@{parts.hostname}:{parts.port}").geturl()
    execute(f"CREATE ROLE {role} LOGIN PASSWORD 'secret'")
    fresh_database.manage("grant_app_role", DATABASE_URL=url, DATABASE_OWNER_URL=fresh_database.url)
    yield url
    execute(f"DROP OWNED BY {role}")
    execute(f"DROP ROLE {role}")


@pytest.mark.only_on("postgresql")  # SQLite has no roles
def test_the_role_that_serves_can_undo_no_guard(serving: str) -> None:
    succeeded, tried = [], 0
    with psycopg.connect(serving, autocommit=True) as session:
        for guard in every_guard():
            for route in APP_ROLE_ROUTES:
                trigger, column = trigger_of(session, guard), a_fixed_column(guard)
                statement = route.format(table=guard.table, trigger=trigger, column=column, owner="gatehouse")
                tried += 1
                try:
                    session.execute(statement)
                except psycopg.Error:
                    continue
                succeeded.append(statement)
        owned = session.execute("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole").fetchone()

    assert owned == (0,)
    told = f"{len(succeeded)}/{tried}-statements-of-the-serving-role"
    assert succeeded == []
    results.tell("R11", told, 0, kept=not succeeded)


@pytest.mark.only_on("postgresql")  # SQLite has no roles
def test_the_role_that_serves_cannot_stand_a_table_of_its_own_in_for_a_real_one(serving: str) -> None:
    with psycopg.connect(serving) as session:
        session.execute("CREATE TEMP TABLE portal_auditevent (LIKE public.portal_auditevent)")
        session.execute("CREATE TEMP TABLE portal_audithead (LIKE public.portal_audithead)")
        session.execute("INSERT INTO portal_audithead VALUES (1, gen_random_uuid(), 0, 'made up')")
        columns = "number, at, verb, target_kind, target_id, via, body, previous, digest"
        with pytest.raises(psycopg.errors.IntegrityError, match="an event follows the one before it"):
            session.execute(
                f"INSERT INTO public.portal_auditevent ({columns}) "
                "VALUES (1, now(), 'x', 'x', 'x', 'x', '{}', 'made up', 'made up too')"
            )


@pytest.mark.only_on("postgresql")  # SQLite has no roles
def test_the_role_that_serves_can_do_all_that_serving_needs(serving: str, fresh_database: Database) -> None:
    served = Database(serving, fresh_database.data)

    assert "Intact" in served.manage("verify_record", "--note")
    with psycopg.connect(serving) as session:
        session.execute(
            "INSERT INTO portal_team (public_id, slug, name, time_zone, created_at) "
            "VALUES (gen_random_uuid(), 'x', 'X', 'UTC', now())"
        )
        session.execute("UPDATE portal_team SET name = 'Y'")
        session.execute("DELETE FROM portal_team")
    assert "Intact up to event" in fresh_database.manage("verify_record")


def trigger_of(session: "psycopg.Connection[Any]", guard: Guard) -> str:
    found = session.execute(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname LIKE 'guard%%' LIMIT 1", [guard.table]
    ).fetchone()
    assert found
    return str(found[0]).removesuffix("_truncate")


def a_fixed_column(guard: Guard) -> str:
    return next(
        column
        for field in guard.model._meta.concrete_fields
        if (column := str(field.column)) not in guard.changing_columns
    )
