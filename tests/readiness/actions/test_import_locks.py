"""An import keeps nobody waiting: trying a file only reads, and what cannot be written now is said in a sentence."""

import contextlib
import sqlite3
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from portal.models import User
from portal.permissions import Role
from readiness.actions import imports
from readiness.models import Service
from readiness.rules.imports import SERVICES
from tests.factories import portal
from tests.harness.databases import Database

pytestmark = pytest.mark.only_on("sqlite")

FILE = "slug,name,team,owner,tier,tier_reason,sourcing\nclaims,Claims,t,lead@example.com,2,Why,hybrid\n"


@pytest.fixture
def lead(fresh_database: Database) -> User:
    return portal.member(portal.team("T", "t"), Role.LEAD, who=portal.person("Lead", "lead@example.com"))


@contextlib.contextmanager
def somebody_writes() -> Iterator[None]:
    """Another program holds the database for writing; ours gives up waiting at once."""
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_a_file_is_tried_while_somebody_else_writes(lead: User) -> None:
    with somebody_writes():
        report = imports.dry_run(portal.access(lead), kind=SERVICES, content=FILE.encode())

    assert [row.words for row in report.rows] == ["registers Claims in T"]


def test_the_command_says_in_a_sentence_that_the_database_is_busy(lead: User, tmp_path: Path) -> None:
    file = tmp_path / "services.csv"
    file.write_text(FILE)
    with somebody_writes(), pytest.raises(CommandError, match=r"The database is busy: .* Nothing was changed"):
        call_command("import_services", str(file), "--as", lead.email, stdout=StringIO())

    assert not Service.objects.exists()
