"""Importing decision records: a report per file, links that hold both ways, and nothing at all where one is refused."""

from pathlib import Path

import pytest
from django.core.management import call_command

from portal.errors import NotPermitted
from portal.models import User
from portal.permissions import Role
from readiness.actions import decision_record_imports
from readiness.models import DecisionRecord, Service
from readiness.queries import adr_export
from readiness.rules.adr_folder import Report
from tests.factories import portal
from tests.factories import readiness as things

pytestmark = pytest.mark.django_db

SAMPLES = Path(__file__).parents[1] / "adr_samples"
Files = list[tuple[str, bytes]]


@pytest.fixture
def service() -> Service:
    return things.service()


@pytest.fixture
def ana(service: Service) -> User:
    return portal.member(service.scope.team, Role.CONTRIBUTOR, name="Ana")


def folder(name: str) -> Files:
    return [(f"{name}/{path.name}", path.read_bytes()) for path in sorted((SAMPLES / name).iterdir())]


def imported(service: Service, by: User, files: Files, expected: str = "") -> Report:
    return decision_record_imports.apply(portal.access(by), service=service, files=files, expected=expected)


def tried(service: Service, by: User, files: Files) -> Report:
    return decision_record_imports.dry_run(portal.access(by), service=service, files=files)


def adr(title: str, status: str = "Accepted", more: str = "") -> bytes:
    return f"# {title}\n\n## Status\n\n{status}\n\n## Context\n\nWhy.\n{more}".encode()


def standing(service: Service) -> dict[int, str]:
    return {one.number: one.standing for one in service.decision_records.all()}


def test_a_dry_run_writes_nothing(service: Service, ana: User) -> None:
    report = tried(service, ana, folder("nygard"))
    assert [one.outcome for one in report.files] == ["new"] * 4
    assert not DecisionRecord.objects.exists()


@pytest.mark.parametrize("name", ["nygard", "madr4"])
def test_a_folder_comes_in_with_its_numbers_and_links(service: Service, ana: User, name: str) -> None:
    report = imported(service, ana, folder(name))
    assert report.applied
    older, later = service.decision_records.get(number=2), service.decision_records.get(number=3)
    assert older.superseded_by == later
    assert later.content["supersedes"] == "2"
    assert str(older.decided_on)[:2] == "20"
    call_command("verify_record")


def test_what_is_exported_and_imported_elsewhere_says_the_same(service: Service, ana: User) -> None:
    imported(service, ana, folder("nygard") + folder("odd"))
    other = things.service(slug="other", team=service.scope.team)
    files = [(name, text.encode()) for name, text in adr_export.files(service)]
    imported(other, ana, files)
    said = [
        [(one.number, one.title, one.standing, one.decided_on, one.content) for one in found.decision_records.all()]
        for found in (service, other)
    ]
    assert said[0] == said[1]
    assert len(said[0]) == 8


def test_one_file_that_is_refused_keeps_all_out(service: Service, ana: User) -> None:
    files = [*folder("nygard"), ("0009-latin.md", "# Größe".encode("latin-1")), ("0010-long.md", adr("x" * 201))]
    report = imported(service, ana, files)
    assert (report.applied, report.refused) == (False, 2)
    said = {one.path: one.errors for one in report.files}
    assert "UTF-8" in said["0009-latin.md"][0]
    assert "Title" in said["0010-long.md"][0]
    assert not DecisionRecord.objects.exists()


def test_what_is_no_record_is_left_out_and_said(service: Service, ana: User) -> None:
    files = [
        ("README.md", b"# All of ours"),
        ("x/adr-template.md", b"# {title}"),
        ("a.png", b"\x89PNG"),
        ("1.md", adr("A")),
    ]
    report = imported(service, ana, files)
    assert {one.path: one.outcome for one in report.files} == {
        "1.md": "new",
        "README.md": "left out",
        "a.png": "left out",
        "x/adr-template.md": "left out",
    }
    assert standing(service) == {1: "Accepted"}


def test_a_number_that_is_taken_becomes_the_next_and_links_follow(service: Service, ana: User) -> None:
    imported(service, ana, [("1.md", adr("First"))])
    report = imported(service, ana, [("0001-a.md", adr("A", "Superseded by 2")), ("0002-b.md", adr("B"))])
    assert {one.path: one.number for one in report.files} == {"0001-a.md": 3, "0002-b.md": 2}
    assert standing(service) == {1: "Accepted", 2: "Accepted", 3: "Superseded by 2"}


def test_the_same_folder_again_does_nothing(service: Service, ana: User) -> None:
    imported(service, ana, folder("madr4"))
    report = tried(service, ana, folder("madr4"))
    assert [one.outcome for one in report.files] == ["same"] * 3


def test_who_supersedes_ends_the_other_even_where_only_one_of_them_says_so(service: Service, ana: User) -> None:
    imported(service, ana, [("1.md", adr("A")), ("2.md", adr("B", "Accepted\n\nSupersedes [A](1.md)"))])
    assert standing(service) == {1: "Superseded by 2", 2: "Accepted"}
    other = things.service(slug="other", team=service.scope.team)
    imported(other, ana, [("1.md", adr("A")), ("2.md", adr("B", "Proposed\n\nSupersedes [A](1.md)"))])
    assert standing(other) == {1: "Accepted", 2: "Proposed"}
    assert other.decision_records.get(number=2).content["supersedes"] == "1"


def test_a_link_to_nowhere_is_kept_as_words(service: Service, ana: User) -> None:
    imported(service, ana, [("1.md", adr("A", "Superseded by [Later](0099-later.md)"))])
    one = service.decision_records.get()
    assert one.standing == "Superseded"
    assert one.content["other"] == [{"title": "Status", "text": "superseded by [Later](0099-later.md)"}]


def test_rings_and_unfinished_successors_are_refused(service: Service, ana: User) -> None:
    ring = [("1.md", adr("A", "Superseded by 2")), ("2.md", adr("B", "Superseded by 1"))]
    assert tried(service, ana, ring).refused == 2
    assert tried(service, ana, [("1.md", adr("A", "Superseded by 1"))]).refused == 1
    early = [("1.md", adr("A", "Superseded by 2")), ("2.md", adr("B", "Proposed"))]
    assert "proposed only" in next(one for one in tried(service, ana, early).files if one.errors).errors[0]


def test_what_would_now_do_something_else_is_shown_again(service: Service, ana: User) -> None:
    files = [("0001-a.md", adr("A"))]
    shown = tried(service, ana, files)
    imported(service, ana, [("1.md", adr("Another"))])
    report = imported(service, ana, files, expected=shown.digest)
    assert (report.applied, report.is_stale) == (False, True)
    assert service.decision_records.count() == 1


def test_only_those_who_may_write_and_decide_import(service: Service) -> None:
    approver = portal.member(service.scope.team, Role.APPROVER)
    with pytest.raises(NotPermitted):
        imported(service, approver, folder("nygard"))
