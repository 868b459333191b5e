"""Acts on documents: what they change shows where revisions are compared, and one refused keeps what was typed."""

from typing import Any

import pytest
from django.test import Client

from incidents.actions import runbooks as runbook_actions
from incidents.actions.runbooks import Terms
from portal.actions.documents import Written
from portal.models import User
from portal.models.documents import AbstractDocument
from portal.permissions import Role
from readiness.actions import decision_records, model_cards
from readiness.models import Service
from tests.factories import incidents, portal, readiness, runbooks
from tests.portal import pages

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> Service:
    return readiness.service()


@pytest.fixture
def ana(service: Service) -> User:
    return portal.member(service.scope.team, Role.CONTRIBUTOR, name="Ana")


@pytest.fixture
def browser(ana: User) -> Client:
    return pages.signed_in(ana)


def _compared(browser: Client, document: AbstractDocument) -> str:
    return pages.words(browser.get(f"{document.get_absolute_url()}compare/"))


def test_a_runbook_that_is_renamed_and_made_the_way_back_says_so(service: Service, ana: User, browser: Client) -> None:
    runbook = runbooks.runbook(service, ana, "Go back", is_rollback=False)
    terms, written = Terms("Roll back", is_rollback=True, target_minutes=None), Written(runbook.content)
    runbook_actions.revise(portal.access(ana), runbook=runbook, terms=terms, written=written, seen=1)
    words = _compared(browser, runbook)
    assert "3 fields changed" in words
    for said in ("What it does", "Way back of the service", "Minutes it may take"):
        assert said in words


def test_a_runbook_that_is_retired_says_so(service: Service, ana: User, browser: Client) -> None:
    runbook = runbooks.runbook(service, ana)
    runbook_actions.retire(portal.access(ana), runbook=runbook, seen=1, reason="Written anew")
    assert "1 field changed" in _compared(browser, runbook)
    assert "Retired" in _compared(browser, runbook)


def test_a_decision_record_that_is_accepted_says_so_and_when(service: Service, ana: User, browser: Client) -> None:
    written = Written({"context": "Ten retries."})
    record = decision_records.propose(portal.access(ana), service=service, title="Retry once", written=written)
    decision_records.accept(portal.access(ana), record=record, seen=1)
    words = _compared(browser, record)
    assert "Proposed" in words
    assert "Accepted" in words
    assert str(record.decided_on) in words


def test_a_post_mortem_that_is_published_says_so(service: Service, ana: User, browser: Client) -> None:
    written = incidents.explained(incidents.resolved(incidents.declared(service, ana), ana), ana)
    words = _compared(browser, written)
    assert "Draft" in words
    assert "Published" in words


def _documents(service: Service, ana: User) -> dict[str, AbstractDocument]:
    access, model = portal.access(ana), readiness.model(service, "fraud-gbm")
    record = decision_records.propose(access, service=service, title="Retry once", written=Written({"context": "Ten."}))
    decision_records.accept(access, record=record, seen=1)
    return {
        "model card": model_cards.begin(access, model=model, written=Written({"users": "Analysts."})),
        "decision record": record,
        "runbook": runbooks.runbook(service, ana),
        "post-mortem": incidents.explained(incidents.resolved(incidents.declared(service, ana), ana), ana),
    }


@pytest.mark.parametrize("kind", ["model card", "decision record", "runbook", "post-mortem"])
def test_a_review_of_what_was_revised_meanwhile_keeps_the_words_and_sent_again_is_one(
    kind: str, service: Service, ana: User, browser: Client
) -> None:
    document: Any = _documents(service, ana)[kind]
    place = f"{document.get_absolute_url()}reviewed/"
    late = browser.post(place, {"seen": "7", "note": "Compared with the registry."})
    assert late.status_code == 412
    assert 'aria-labelledby="confirm-title" data-open' in late.content.decode()
    assert "Compared with the registry." in late.content.decode()
    assert f'name="seen" value="{document.revision}"' in late.content.decode()
    seen = {"seen": str(document.revision), "note": "Compared with the registry."}
    assert browser.post(place, seen).status_code == 302
    assert "Compared with the registry." in pages.words(browser.get(document.get_absolute_url()))


def test_what_is_retired_already_is_not_retired_again(service: Service, ana: User, browser: Client) -> None:
    runbook = runbooks.runbook(service, ana)
    place = f"{runbook.get_absolute_url()}retire/"
    assert browser.post(place, {"seen": "1", "note": "Old"}).status_code == 302
    again = browser.post(place, {"seen": "2", "note": "Old"})
    assert again.status_code == 412
    assert "This runbook is retired already." in pages.words(again)
    runbook.refresh_from_db()
    assert runbook.revision == 2
