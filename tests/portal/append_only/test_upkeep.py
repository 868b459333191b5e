"""The guards stand after every migration, whatever it did to the tables, and whoever takes one down is noticed."""

import pytest
from django.db import IntegrityError, connection, models, transaction

from portal.append_only import upkeep
from portal.append_only.guards import Change, Guard, every_guard, guards, once
from portal.models import AuditText, RecordVerification
from readiness.models import Evidence
from tests.factories import record
from tests.harness.databases import Database

pytestmark = pytest.mark.postgres


def standing() -> set[str]:
    return set(upkeep._standing(connection))


@pytest.mark.django_db
def test_every_guard_stands_in_a_migrated_database() -> None:
    assert upkeep.missing() == []


@pytest.mark.django_db
def test_putting_the_guards_up_again_changes_nothing() -> None:
    before = standing()

    upkeep.put_up()

    assert standing() == before


@pytest.mark.django_db
def test_a_guard_that_was_taken_down_is_missed_and_put_up_again() -> None:
    name, (table, _) = next(iter(upkeep._standing(connection).items()))
    with connection.cursor() as cursor:
        for statement in upkeep.VENDORS[connection.vendor].take_down(name, table):
            cursor.execute(statement)

    assert upkeep.missing() == [table]
    upkeep.put_up()
    assert upkeep.missing() == []


@pytest.mark.django_db
def test_a_guard_that_was_disabled_is_missed_and_put_up_again() -> None:
    if connection.vendor != "postgresql":
        return  # SQLite cannot disable a trigger, only drop it: the test above
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {AuditText._meta.db_table} DISABLE TRIGGER ALL")

    assert upkeep.missing() == [AuditText._meta.db_table]
    upkeep.put_up()
    assert upkeep.missing() == []


@pytest.mark.django_db
def test_a_changed_declaration_replaces_the_guard_that_stands() -> None:
    before = standing()
    changed = tuple(guard for guard in guards["portal"] if guard.model is not RecordVerification)
    changed += (Guard(RecordVerification, once("problem", when="at")),)

    with guards.holding("portal", changed):
        assert upkeep.missing() == [RecordVerification._meta.db_table]
        upkeep.put_up()

        assert upkeep.missing() == []
        assert standing() != before


def test_a_guard_says_which_columns_may_change() -> None:
    guard = next(guard for guard in every_guard() if guard.model is Evidence)

    assert set(guard.changing_columns) == {"withdrawn_at", "withdrawn_by_id", "withdrawn_reason"}
    assert guard.change == Change(
        ("withdrawn_by", "withdrawn_reason", "withdrawn_at"),
        "OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL",
    )


def test_a_migration_that_rebuilds_a_guarded_table_leaves_it_guarded(fresh_database: Database) -> None:
    """SQLite drops a table's triggers with the table, and refuses to rename one that another's trigger names."""
    record.history()
    before = list(Evidence.objects.values())
    longer = models.CharField(max_length=400)
    longer.set_attributes_from_name("title")

    upkeep.before_migrations(using="default", plan=[("a migration", False)])
    with connection.constraint_checks_disabled(), connection.schema_editor() as editor:
        editor.alter_field(Evidence, Evidence._meta.get_field("title"), longer)
    upkeep.after_migrations(using="default")

    assert upkeep.missing() == []
    assert list(Evidence.objects.values()) == before
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.update(title="forged")


def test_migrating_with_nothing_to_do_takes_no_guard_down(fresh_database: Database) -> None:
    upkeep.before_migrations(using="default", plan=[])

    assert upkeep.missing() == []
