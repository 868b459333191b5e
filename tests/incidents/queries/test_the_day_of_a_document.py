"""As evidence a document is of the day on which it was last written or reviewed, where its team is."""

import datetime
from collections.abc import Callable

import pytest

from incidents.actions import runbooks as runbook_actions
from portal import clock
from portal.actions.documents import Written
from portal.models import User
from portal.models.documents import AbstractDocument
from portal.permissions import Role
from readiness.actions import decision_records, model_cards
from readiness.models import Service
from readiness.queries import evidence
from tests.factories import incidents, portal, readiness, runbooks

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> Service:
    found = readiness.service()
    found.scope.team.time_zone = "America/New_York"
    found.scope.team.save()
    return found


@pytest.fixture
def ana(service: Service) -> User:
    return portal.member(service.scope.team, Role.CONTRIBUTOR, name="Ana")


def _evening() -> datetime.datetime:
    """Ten in the evening over there: the next day in UTC."""
    return datetime.datetime.combine(clock.now().date(), datetime.time(3), datetime.UTC) + datetime.timedelta(days=1)


def _card(service: Service, ana: User) -> AbstractDocument:
    model = readiness.model(service, "fraud-gbm")
    return model_cards.begin(portal.access(ana), model=model, written=Written({"intended_use": "Scores payments."}))


def _record(service: Service, ana: User) -> AbstractDocument:
    access, written = portal.access(ana), Written({"context": "Ten retries held every worker."})
    record = decision_records.propose(access, service=service, title="Retry once", written=written)
    decision_records.accept(access, record=record, seen=1)
    return record


def _runbook(service: Service, ana: User) -> AbstractDocument:
    return runbooks.runbook(service, ana, is_rollback=False)


def _post_mortem(service: Service, ana: User) -> AbstractDocument:
    return incidents.explained(incidents.resolved(incidents.declared(service, ana), ana), ana)


def _day(service: Service, kind: str, document: AbstractDocument) -> datetime.date:
    found = evidence.document(service, kind, document.public_id)
    assert found is not None
    return found.seen_on


KINDS = {"Model card": _card, "Decision record": _record, "Runbook": _runbook, "Post-mortem": _post_mortem}


@pytest.mark.parametrize(("kind", "begun"), KINDS.items(), ids=list(KINDS))
def test_what_was_written_in_the_evening_is_of_that_evening(
    kind: str, begun: Callable[[Service, User], AbstractDocument], service: Service, ana: User
) -> None:
    evening = _evening()
    with clock.at(evening):
        document = begun(service, ana)
        assert _day(service, kind, document) == evening.date() - datetime.timedelta(days=1)


def test_a_review_moves_it_to_the_day_of_the_review_over_there(service: Service, ana: User) -> None:
    evening = _evening()
    with clock.at(evening - datetime.timedelta(days=1)):
        book = runbooks.runbook(service, ana, is_rollback=False)
    with clock.at(evening):
        runbook_actions.confirm(portal.access(ana), runbook=runbooks.again(book), seen=1)
        assert _day(service, "Runbook", book) == evening.date() - datetime.timedelta(days=1)
