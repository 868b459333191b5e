"""Decision records and runbooks in print: a revision by itself, in the look of a pack, on the page and by API."""

import io
from typing import Any

import pypdf
import pytest
from django.test import Client

from portal.actions.documents import Written
from portal.permissions import Role
from readiness.actions import decision_records
from readiness.models import DecisionRecord, Service
from readiness.packs import document_printing
from tests.factories import callers, portal, runbooks
from tests.factories import readiness as things

pytestmark = pytest.mark.django_db

SAID = {"context": "Retries pile up.", "decision": "We retry <once>. Größe, 数据.", "decision_makers": "Ana"}


@pytest.fixture
def service() -> Service:
    return things.service()


@pytest.fixture
def page(client: Client, service: Service) -> Client:
    client.force_login(service.owner)
    return client


def read(answer: Any) -> tuple[str, str]:
    """The words of a PDF, and its title."""
    assert answer["Content-Type"] == "application/pdf"
    paper = pypdf.PdfReader(io.BytesIO(answer.content), strict=True)
    assert paper.metadata is not None
    return " ".join(" ".join(one.extract_text() for one in paper.pages).split()), str(paper.metadata.title)


def test_a_decision_record_is_printed_as_it_stood_in_a_revision(service: Service, page: Client) -> None:
    lead = portal.access(service.owner)
    record = decision_records.propose(lead, service=service, title="Retry once", written=Written(SAID))
    decision_records.accept(lead, record=record, seen=1)
    address = f"/services/{service.slug}/decision-records/1/record.pdf"
    words, title = read(page.get(address))
    assert title == "Decision record 1. Retry once, revision 2"
    assert "We retry <once>." in words
    assert "Standing Accepted" in words
    before, _ = read(page.get(address, {"revision": "1"}))
    assert "Standing Proposed" in before
    assert page.get(address, {"revision": "9"}).status_code == 404
    assert 'record.pdf?revision=1"' in page.get(record.get_absolute_url(), {"revision": "1"}).content.decode()
    tool = callers.caller(service.owner)
    by_machine = tool.get(f"decision-records/{DecisionRecord.objects.get().public_id}/pdf", accept="application/pdf")
    assert read(by_machine)[1] == title


def test_a_runbook_is_printed_with_its_commands_and_drills(service: Service, page: Client) -> None:
    runbook = runbooks.runbook(service, service.owner)
    runbooks.drill(runbook, service.owner)
    address = f"/services/{service.slug}/runbooks/1/runbook.pdf"
    words, title = read(page.get(address))
    assert title == "Runbook: Roll back, revision 1"
    for said in ("promote 3.1.0", "40 of 40 golden questions", "Passed in 4.2 minutes", service.owner.name):
        assert said in words
    assert page.get(address, {"revision": "9"}).status_code == 404
    tool = callers.caller(service.owner)
    assert read(tool.get(f"runbooks/{runbook.public_id}/pdf", accept="application/pdf"))[1] == title
    refused = tool.get(f"runbooks/{runbook.public_id}/pdf?revision=x", accept="application/pdf")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "revision")


def test_nobody_prints_what_they_may_not_see(client: Client) -> None:
    hidden = things.service(restricted=True)
    lead = portal.access(hidden.owner)
    decision_records.propose(lead, service=hidden, title="Retry once", written=Written(SAID))
    runbooks.runbook(hidden, hidden.owner)
    client.force_login(portal.member(portal.team(), Role.VIEWER))
    for path in ("decision-records/1/record.pdf", "runbooks/1/runbook.pdf"):
        assert client.get(f"/services/{hidden.slug}/{path}").status_code == 404


def test_who_waits_too_long_for_their_turn_is_told_when_to_come_back(
    service: Service, page: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = portal.access(service.owner)
    record = decision_records.propose(lead, service=service, title="Retry once", written=Written(SAID))
    monkeypatch.setattr(document_printing, "PATIENCE", 0.01)
    with document_printing.TURN:
        told = page.get(f"/services/{service.slug}/decision-records/1/record.pdf")
        by_machine = callers.caller(service.owner).get(f"decision-records/{record.public_id}/pdf")
    assert (told.status_code, told["Retry-After"]) == (503, "5")
    assert "Other documents are being printed" in told.content.decode()
    assert (by_machine.status_code, by_machine.json()["type"].rsplit(":")[-1]) == (503, "busy")
    assert page.get(f"/services/{service.slug}/decision-records/1/record.pdf").status_code == 200
