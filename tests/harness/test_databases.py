"""The databases that race tests rest on: really shared between processes, really gone afterwards."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction

from tests.harness.databases import Database

pytestmark = pytest.mark.postgres


def add_person(number: int, prefix: str) -> str:
    """Called in another process: adds one person and tells the process and the database that it did it in."""
    get_user_model().objects.create(email=f"{prefix}-{number}@example.com", name=f"Person {number}")
    return f"{os.getpid()} {connection.settings_dict['NAME']}"


@transaction.atomic
def add_person_and_fail() -> None:
    get_user_model().objects.create(email="gone@example.com", name="Gone")
    raise ZeroDivisionError


def people() -> list[str]:
    return sorted(get_user_model().objects.values_list("email", flat=True))


def test_what_is_committed_here_is_seen_by_other_processes_and_the_other_way_round(
    fresh_database: Database, in_processes: Callable[..., list[Any]]
) -> None:
    get_user_model().objects.create(email="here@example.com", name="Here")

    told = in_processes("tests.harness.test_databases:add_person", "there", processes=2)

    assert people() == ["here@example.com", "there-0@example.com", "there-1@example.com"]
    assert len({line.split()[0] for line in told}) == 2
    assert {line.split()[1] for line in told} == {str(connection.settings_dict["NAME"])}


@pytest.mark.parametrize("time", ["first", "second"])
def test_each_test_starts_with_nobody_in_it(fresh_database: Database, time: str) -> None:
    assert people() == []
    get_user_model().objects.create(email=f"{time}@example.com", name=time)


def test_a_failure_in_another_process_is_told_here(in_processes: Callable[..., list[Any]]) -> None:
    with pytest.raises(RuntimeError, match="no_such_function"):
        in_processes("tests.harness.test_databases:no_such_function", processes=1)


def test_the_database_is_the_kind_that_the_run_is_for(fresh_database: Database) -> None:
    wanted = "postgresql" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "sqlite"
    assert connection.vendor == wanted


def test_transactions_are_real(fresh_database: Database) -> None:
    assert not connection.in_atomic_block
    with pytest.raises(ZeroDivisionError):
        add_person_and_fail()
    assert people() == []


@pytest.mark.django_db
def test_an_ordinary_test_has_the_catalogue_and_leaves_nothing(settings: Any) -> None:
    from readiness.models import ChecklistTemplate

    assert ChecklistTemplate.objects.exists()
    assert people() == []
