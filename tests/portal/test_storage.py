"""Keeping files: by digest and true type, within the limits, and no programs."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from portal import storage
from portal.errors import DomainError
from portal.models import Attachment, Scope
from portal.permissions import Access, Role
from tests.factories import portal as make

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"


@pytest.fixture
def scope() -> Scope:
    return Scope.objects.create(team=make.team())


@pytest.fixture
def engineer(scope: Scope) -> Access:
    return make.access(make.member(scope.team, Role.CONTRIBUTOR))


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def file(content: bytes, name: str = "report.pdf", claimed: str = "text/html") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=claimed)


def test_it_is_kept_byte_for_byte_under_a_name_that_says_nothing(engineer: Access, scope: Scope) -> None:
    kept = storage.keep(engineer, file(PDF), scope=scope)
    assert kept.sha256 == hashlib.sha256(PDF).hexdigest()
    assert (kept.size, kept.name, kept.uploaded_by) == (len(PDF), "report.pdf", engineer.person)
    assert "report" not in kept.file.name
    with kept.file.open() as stored:
        assert stored.read() == PDF


@pytest.mark.parametrize(
    ("content", "name", "true"),
    [
        (PDF, "x.pdf", "application/pdf"),
        (PDF, "x.csv", "application/pdf"),
        (PNG, "x.pdf", "image/png"),
        (b"run,p95_ms\n1,180\n", "latency.csv", "text/csv"),
        (b'{"p95_ms": 180}', "latency.JSON", "application/json"),
        (b"% settings of the run\nx = 1;\n", "settings.txt", "text/plain"),
        ("ä".encode() * 4000, "cut in two.log", "text/plain"),
        (b"\xef\xbb\xbfrun,p95_ms\n", "with-mark.csv", "text/csv"),
        (b"<html><script>alert(1)</script></html>", "report.html", "text/plain"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "chart.svg", "text/plain"),
        (b"\x00\x01\x02\x03", "weights.bin", "application/octet-stream"),
    ],
)
def test_the_type_is_what_the_bytes_say(engineer: Access, scope: Scope, content: bytes, name: str, true: str) -> None:
    assert storage.keep(engineer, file(content, name), scope=scope).media_type == true


def test_folders_in_a_name_are_left_out(engineer: Access, scope: Scope) -> None:
    for name in ("../../etc/passwd", "C:\\\\temp\\\\passwd", "/etc/passwd"):
        upload = file(PDF)
        upload._name = name  # as a browser that lies would send it
        assert storage.keep(engineer, upload, scope=scope).name == "passwd"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ\x90\x00" + b"\x00" * 64, "report.pdf"),
        (b"\x7fELF\x02\x01\x01" + b"\x00" * 64, "report"),
        (b"#!/bin/sh\nrm -rf /\n", "notes.txt"),
        (PDF, "setup.exe"),
        (PDF, "SETUP.EXE"),
        (PDF, "macro.vbs"),
        (b"", "empty.txt"),
    ],
)
def test_programs_and_nothing_are_refused_at_the_file(
    engineer: Access, scope: Scope, content: bytes, name: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        storage.keep(engineer, file(content, name), scope=scope)
    assert set(refusal.value.errors) == {"file"}
    assert not Attachment.objects.exists()


def test_a_file_that_is_too_large_is_refused_with_both_sizes(engineer: Access, scope: Scope, settings: Any) -> None:
    settings.EVIDENCE_FILE_BYTES = 1024
    storage.keep(engineer, file(b"a" * 1024, "a.txt"), scope=scope)
    with pytest.raises(DomainError, match="files may have up to"):
        storage.keep(engineer, file(b"a" * 1025, "a.txt"), scope=scope)


def test_a_team_has_so_much_room_and_no_more(engineer: Access, scope: Scope, settings: Any) -> None:
    settings.TEAM_STORAGE_BYTES = 100
    storage.keep(engineer, file(b"a" * 60, "a.txt"), scope=scope)
    assert storage.left_of_quota(scope) == 40
    second = Scope.objects.create(team=scope.team)
    with pytest.raises(DomainError, match="left for files"):
        storage.keep(engineer, file(b"a" * 41, "a.txt"), scope=second)
    storage.keep(engineer, file(b"a" * 41, "a.txt"), scope=Scope.objects.create(team=make.team()))


def test_where_the_rest_of_the_change_fails_the_bytes_go_too(engineer: Access, scope: Scope, tmp_path: Path) -> None:
    with pytest.raises(DomainError), transaction.atomic(), storage.kept(engineer, file(PDF), scope=scope):
        raise DomainError("The item is locked.")

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert not Attachment.objects.exists()


def test_where_it_succeeds_they_stay(engineer: Access, scope: Scope) -> None:
    with transaction.atomic(), storage.kept(engineer, file(PDF), scope=scope) as kept:
        pass

    with Attachment.objects.get(pk=kept.pk).file.open() as stored:
        assert stored.read() == PDF
