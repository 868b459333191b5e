"""`manage.py load_catalogue`: by key, versioned, once."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from incidents.models import AlertPlaybook
from portal import catalogue
from portal.errors import DomainError
from portal.models import AuditEvent
from readiness.actions import templates
from readiness.catalogue import loader
from readiness.models import ChecklistTemplate, OwnershipDomain, RecurringCheck, TemplateVersion

pytestmark = pytest.mark.django_db


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
    RecurringCheck.objects.filter(key="weekly.cost-trend").update(title="Old words")
    changed(monkeypatch, purpose="Something else.")

    with pytest.raises(DomainError):
        templates.load()

    assert RecurringCheck.objects.get(key="weekly.cost-trend").title == "Old words"


def test_a_changed_check_is_taken_over_by_key() -> None:
    RecurringCheck.objects.filter(key="weekly.cost-trend").update(title="Old words")

    assert "Recurring checks: weekly.cost-trend." in loaded()
    assert RecurringCheck.objects.count() == 9


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


def loaded() -> str:
    said = StringIO()
    call_command("load_catalogue", stdout=said)
    return said.getvalue()
