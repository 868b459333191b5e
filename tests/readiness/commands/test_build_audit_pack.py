"""`build_audit_pack` says what is wrong before it makes anything, and never takes the place of a file by itself."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from portal.permissions import Role
from readiness.models import AuditPack
from tests.factories import portal, readiness
from tests.factories.days import today

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def someone() -> None:
    readiness.service(slug="fraud-scoring", name="Fraud scoring")
    portal.member(None, Role.COMPLIANCE, name="Cora Compliance")


def build(out: Path, *more: str, service: str = "fraud-scoring", since: str | int = 0, until: str | int = 0) -> None:
    first, last = (str(today(day)) if isinstance(day, int) else day for day in (since, until))
    period = ["--since", first, "--until", last]
    call_command("build_audit_pack", "--service", service, *period, "--out", str(out), *more)


def test_it_writes_an_archive_that_opens(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build(tmp_path / "pack.zip", "--purpose", "Internal audit 2026/3")

    with zipfile.ZipFile(tmp_path / "pack.zip") as archive:
        names = archive.namelist()
    assert {"README.txt", "data.json", "record.sha256", "manifest.json"} < set(names)
    assert f"{tmp_path / 'pack.zip'}: " in capsys.readouterr().out
    assert AuditPack.objects.get().purpose == "Internal audit 2026/3"
    assert [path.name for path in tmp_path.iterdir()] == ["pack.zip"]


def test_a_file_that_is_there_is_left_alone_until_it_is_said_otherwise(tmp_path: Path) -> None:
    out = tmp_path / "pack.zip"
    out.write_text("mine")

    with pytest.raises(CommandError, match="is there already"):
        build(out)
    assert out.read_text() == "mine"
    assert not AuditPack.objects.exists()

    build(out, "--overwrite")
    assert zipfile.is_zipfile(out)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"service": "no-such"}, "There is no service no-such."),
        ({"until": "yesterday"}, "'yesterday' is no day; write it as 2026-09-30."),
        ({"since": +1}, "The last day is before the first."),
        ({"until": +1}, "The last day is still to come"),
        ({"since": "2020-01-01", "until": "2020-01-31"}, "Nothing was on record yet on 31 Jan 2020."),
    ],
)
def test_a_wrong_service_or_period_is_named(tmp_path: Path, changed: dict[str, Any], words: str) -> None:
    with pytest.raises(CommandError) as refusal:
        build(tmp_path / "pack.zip", **changed)
    assert words in str(refusal.value)
    assert not AuditPack.objects.exists()
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no folder"):
        build(tmp_path / "nowhere" / "pack.zip")
    with pytest.raises(CommandError, match="is a folder"):
        build(tmp_path)
    assert not AuditPack.objects.exists()


def test_who_may_not_ask_is_told_so(tmp_path: Path) -> None:
    stranger = portal.member(portal.team(), Role.CONTRIBUTOR)

    with pytest.raises(CommandError, match="Nobody signs in as nobody"):
        build(tmp_path / "pack.zip", "--as", "nobody@example.com")
    with pytest.raises(CommandError):
        build(tmp_path / "pack.zip", "--as", stranger.email)
    assert not AuditPack.objects.exists()
