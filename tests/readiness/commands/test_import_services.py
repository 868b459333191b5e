"""`manage.py import_services`."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from portal.permissions import Role
from readiness.models import Service
from tests.factories import portal

pytestmark = pytest.mark.django_db

GOOD = "slug;name;team;owner;tier;tier_reason;sourcing\nclaims;Claims;t;lead@example.com;2;Brokers rely on it.;hybrid\n"


@pytest.fixture(autouse=True)
def lead() -> None:
    portal.member(portal.team("T", "t"), Role.LEAD, who=portal.person("Lead", "lead@example.com"))


def run(file: Path, *options: str, email: str = "lead@example.com") -> str:
    said = StringIO()
    call_command("import_services", str(file), "--as", email, *options, stdout=said, stderr=said)
    return said.getvalue()


def written(folder: Path, text: str) -> Path:
    file = folder / "services.csv"
    file.write_text(text, encoding="utf-8-sig")
    return file


def test_a_dry_run_then_the_import(tmp_path: Path) -> None:
    file = written(tmp_path, GOOD)

    assert "registers Claims in T" in run(file, "--dry-run")
    assert not Service.objects.exists()
    assert "1 rows. Imported." in run(file)
    assert Service.objects.get().slug == "claims"


def test_a_refused_row_ends_it_with_the_line_and_the_column(tmp_path: Path) -> None:
    file = written(tmp_path, GOOD + "fraud;Fraud;t;nobody@example.com;2;Why;hybrid\n")
    said = StringIO()

    with pytest.raises(CommandError, match="1 of 2 rows are refused; nothing was changed"):
        call_command("import_services", str(file), "--as", "lead@example.com", stderr=said, stdout=said)
    assert "line 3, owner: Nobody here has the address “nobody@example.com”." in said.getvalue()
    assert not Service.objects.exists()


def test_what_cannot_be_begun_says_why(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        run(tmp_path / "none.csv")
    with pytest.raises(CommandError, match="Nobody here has the address"):
        run(written(tmp_path, GOOD), email="x@example.com")
    with pytest.raises(CommandError, match="lacks the column"):
        run(written(tmp_path, "name\nclaims\n"))
    portal.person("Viewer", "viewer@example.com")
    with pytest.raises(CommandError, match="needs the role lead"):
        run(written(tmp_path, GOOD), email="viewer@example.com")


def test_owners_go_by_their_own_flag(tmp_path: Path) -> None:
    run(written(tmp_path, GOOD))
    file = written(tmp_path, "service,domain,person,role\nclaims,inference,lead@example.com,accountable\n")

    assert "makes Lead accountable for Inference management" in run(file, "--owners")
