"""`manage.py load_catalogue`: by key, versioned, once."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from incidents.models import AlertPlaybook
from portal import catalogue
from portal.errors import DomainError
from portal.models import AuditEvent
from readiness.actions import templates
from readiness.catalogue import loader
from readiness.models import ChecklistTemplate, CheckVersion, OwnershipDomain, RecurringCheck, TemplateVersion

pytestmark = pytest.mark.django_db
CHECK = "weekly.cost-trend"


def test_everything_that_ships_is_there() -> None:
    assert list(ChecklistTemplate.objects.values_list("key", flat=True)) == ["deployment", "prelaunch", "pillars"]
    assert [len(version.checklist.items) for version in TemplateVersion.objects.order_by("pk")] == [40, 6, 39]
    assert RecurringCheck.objects.count() == 9
    assert list(OwnershipDomain.objects.values_list("key", flat=True)) == [
        "drift",
        "retraining",
        "inference",
        "logging",
    ]
    assert [len(playbook.playbook.steps) for playbook in AlertPlaybook.objects.all()] == [5, 4, 4, 4]


def test_a_second_load_changes_nothing_and_records_nothing() -> None:
    events, versions = AuditEvent.objects.count(), list(TemplateVersion.objects.values())

    said = loaded()

    assert "up to date" in said
    assert AuditEvent.objects.count() == events
    assert list(TemplateVersion.objects.values()) == versions


def test_changed_content_under_a_published_number_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    changed(monkeypatch, purpose="Something else.")

    with pytest.raises(
        CommandError, match=r"Deployment review 1\.0 is published and cannot change.*new version number"
    ):
        loaded()


def test_a_new_number_is_published_beside_the_old_one(monkeypatch: pytest.MonkeyPatch) -> None:
    old = TemplateVersion.objects.get(template__key="deployment")
    changed(monkeypatch, purpose="Something else.", version="1.1")

    assert "Published: deployment 1.1." in loaded()

    template = ChecklistTemplate.objects.get(key="deployment")
    assert {version.number for version in template.versions.all()} == {"1.0", "1.1"}
    assert TemplateVersion.objects.get(pk=old.pk).content == old.content
    event = AuditEvent.objects.latest("number")
    assert event.verb == "catalogue.loaded"
    assert '"templates":["deployment 1.1"]' in event.body


def test_a_refused_file_changes_none_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    changed(monkeypatch, purpose="Something else.", version="1.1")
    check_changed(monkeypatch, title="New words")

    with pytest.raises(DomainError):
        templates.load()

    assert not TemplateVersion.objects.filter(number="1.1").exists()


def test_a_check_changed_under_a_published_number_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    check_changed(monkeypatch, title="New words")

    with pytest.raises(CommandError, match=r"New words is published in .* 1\.0 and cannot change.*new version number"):
        loaded()


def test_a_changed_check_is_published_beside_the_version_that_periods_were_opened_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old = CheckVersion.objects.get(recurring_check__key=CHECK)
    check_changed(monkeypatch, title="New words", version="1.1")

    assert f"Recurring checks: {CHECK} 1.1." in loaded()

    assert CheckVersion.objects.get(pk=old.pk).row.title == old.row.title != "New words"
    assert [version.row.title for version in CheckVersion.objects.current()].count("New words") == 1
    assert CheckVersion.objects.current().count() == RecurringCheck.objects.count() == 9
    assert CheckVersion.objects.count() == 10
    assert "up to date" in loaded()


def test_a_published_check_cannot_be_changed_in_the_database() -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        CheckVersion.objects.update(content="{}")


def test_a_check_that_the_file_drops_keeps_its_versions_and_is_at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    file = loader.recurring()
    left = file.model_copy(update={"checks": tuple(row for row in file.checks if row.key != CHECK)})
    monkeypatch.setattr(loader, "recurring", lambda: left)

    loaded()

    assert CHECK not in {version.recurring_check.key for version in CheckVersion.objects.current()}
    assert CheckVersion.objects.filter(recurring_check__key=CHECK).count() == 1


def test_what_a_domain_is_called_and_when_it_applies_is_read_from_the_file_alone() -> None:
    domain = OwnershipDomain.objects.get(key="drift")

    assert (domain.title, dict(domain.when)) == (domain.definition.title, dict(domain.definition.when))
    assert {field.name for field in OwnershipDomain._meta.concrete_fields} == {"id", "key", "position"}


def test_a_broken_file_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Any:
        raise catalogue.CatalogueError([catalogue.Problem("deployment.yaml", "env.secrets", "title", "is missing")])

    monkeypatch.setattr(loader, "templates", broken)

    with pytest.raises(CommandError, match=r"deployment\.yaml: env\.secrets: title: is missing"):
        loaded()


def changed(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    first, *others = loader.templates()
    files = (first.model_copy(update=values), *others)
    monkeypatch.setattr(loader, "templates", lambda: files)


def check_changed(monkeypatch: pytest.MonkeyPatch, *, title: str, version: str = "1.0") -> None:
    file = loader.recurring()
    rows = tuple(row.model_copy(update={"title": title}) if row.key == CHECK else row for row in file.checks)
    found = file.model_copy(update={"checks": rows, "version": version})
    monkeypatch.setattr(loader, "recurring", lambda: found)


def loaded() -> str:
    said = StringIO()
    call_command("load_catalogue", stdout=said)
    return said.getvalue()
