"""The alert playbooks: loaded by key, and on a page of their own."""

import pytest
from django.test import Client

from incidents.actions import playbooks
from incidents.models import AlertPlaybook
from portal.models import AuditEvent
from tests.factories import portal

pytestmark = pytest.mark.django_db


def test_a_changed_playbook_is_taken_over_and_recorded_once() -> None:
    AlertPlaybook.objects.filter(key="alert.drift").update(title="Old words", digest="0" * 64)

    assert playbooks.load().playbooks == ("alert.drift",)
    assert not playbooks.load()

    assert AlertPlaybook.objects.get(key="alert.drift").title == "Drift"
    assert AuditEvent.objects.filter(verb="playbooks.loaded").latest("number").target_kind == "alertplaybook"


def test_anybody_signed_in_reads_every_step_in_both_wordings(client: Client) -> None:
    client.force_login(portal.person())

    page = client.get("/playbooks/").content.decode()

    for row in AlertPlaybook.objects.all():
        assert row.playbook.trigger.sentence() in page
        for step in row.playbook.steps:
            assert f"<h3>{step.title}</h3>" in page
    assert "Third-party API:" in page
    assert "sev-2 from failed cycle 2 on" in page
    assert "only where the model is self-hosted or hybrid" in page


def test_the_page_is_for_people_who_signed_in(client: Client) -> None:
    assert client.get("/playbooks/")["Location"].startswith("/sign-in/")
    assert client.post("/playbooks/").status_code == 405
