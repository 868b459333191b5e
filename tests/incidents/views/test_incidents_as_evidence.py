"""An incident proves items by its revision: offered to who sees it, frozen by a sign-off, read as it stood then."""

import datetime
from typing import Any

import pytest
from django.test import Client

from incidents.actions import incident_facts, incident_states
from incidents.actions.incident_facts import Facts
from incidents.actions.incident_reach import Touched
from incidents.models import Incident
from portal import clock
from portal.errors import DomainError
from portal.models import User
from readiness.actions import evidence, reviews, signoffs
from readiness.models import Evidence, ItemAnswer, Service
from readiness.queries import evidence as evidence_queries
from tests.factories import callers, portal, readiness
from tests.factories import incidents as factory
from tests.factories import reviews as review_factory

pytestmark = pytest.mark.django_db

ITEM = "inc.runbooks"


@pytest.fixture
def service() -> Service:
    return readiness.service(slug="fraud-scoring", name="Fraud scoring")


@pytest.fixture
def answer(service: Service) -> ItemAnswer:
    access = portal.access(service.owner)
    review = reviews.start(access, service=service, kind="deployment", release=readiness.release(service))
    return review_factory.answer(review, ITEM)


def attached(answer: ItemAnswer, incident: Incident) -> Evidence:
    access = portal.access(answer.review.service.owner)
    return evidence.attach_document(access, answer=answer, kind="Incident", document=incident.public_id)


def page(who: User, address: str) -> Any:
    client = Client()
    client.force_login(who)
    return client.get(address)


def test_it_keeps_the_revision_and_the_digest_it_had_when_it_was_attached(service: Service, answer: ItemAnswer) -> None:
    incident = factory.declared(service)
    piece = attached(answer, incident)
    before = (piece.title, piece.document_revision, piece.digest)
    assert before == ("INC-0001, Answers come late, revision 1", 1, factory.again(incident).content_digest)
    changed = Facts(harm="Nobody was harmed.")
    incident_facts.change(portal.access(service.owner), incident=incident, facts=changed)
    piece.refresh_from_db()
    assert (piece.title, piece.document_revision, piece.digest) == before
    assert factory.again(incident).content_digest != piece.digest


def test_only_what_began_in_the_service_is_offered_in_its_reviews(service: Service, answer: ItemAnswer) -> None:
    hidden = readiness.service(team=service.scope.team, lead=service.owner, restricted=True)
    elsewhere = factory.declared(hidden, title="Hidden treasure", affected=[Touched(service)])
    factory.declared(service)
    offered = [found.title for kind, found in evidence_queries.documents(service) if kind == "Incident"]
    assert offered == ["INC-0001, Answers come late"]
    with pytest.raises(DomainError) as refused:
        attached(answer, elsewhere)
    assert "document" in refused.value.errors


def test_the_form_offers_it_under_its_kind(service: Service, answer: ItemAnswer) -> None:
    factory.declared(service)
    shown = page(service.owner, f"{answer.review.get_absolute_url()}items/{ITEM}/evidence/").content.decode()
    assert '<optgroup label="Incident">' in shown
    assert "INC-0001, Answers come late, revision 1" in shown


def test_a_sign_off_stands_while_the_incident_goes_on_and_its_link_shows_what_was_signed(service: Service) -> None:
    engineer, approver = review_factory.people(service)
    incident = factory.declared(service, severity=3)
    review = review_factory.started(service)
    answer = review_factory.answer(review, "env.configuration")
    piece = evidence.attach_document(engineer, answer=answer, kind="Incident", document=incident.public_id)
    review_factory.green(engineer, review_factory.answer(review, "env.configuration"))
    review_factory.signed(approver, review_factory.answer(review, "env.configuration"))
    incident_states.change_severity(portal.access(service.owner), incident=incident, severity=2, text="More of them.")
    assert review_factory.answer(review, "env.configuration").signoff_id is not None
    then = page(service.owner, piece.url).content.decode()
    assert "As it stood at revision 1" in then
    assert piece.digest[:8] in then
    assert "Sev-3" in then.partition('id="board"')[0]
    now = page(service.owner, incident.get_absolute_url()).content.decode()
    assert "As it stood" not in now
    assert page(service.owner, f"{incident.get_absolute_url()}?revision=9").status_code == 404
    signoffs.reopen(approver, answer=review_factory.answer(review, "env.configuration"), reason="Another one counts")


def test_who_may_not_see_it_sees_no_revision_of_it(service: Service) -> None:
    hidden = readiness.service(restricted=True)
    incident = factory.declared(hidden)
    assert page(service.owner, f"{incident.get_absolute_url()}?revision=1").status_code == 404


def test_it_is_attached_and_read_by_machine(service: Service, answer: ItemAnswer) -> None:
    incident = factory.declared(service)
    piece = attached(answer, incident)
    body = callers.as_json(callers.caller(service.owner).get(f"evidence/{piece.public_id}/"))
    assert (body["document"], body["document_revision"]) == (f"Incident:{incident.public_id}", 1)
    assert body["digest"] == piece.digest


def test_late_in_the_evening_its_day_is_that_of_its_team(service: Service, answer: ItemAnswer) -> None:
    service.scope.team.time_zone = "America/New_York"
    service.scope.team.save()
    evening = datetime.datetime.combine(clock.now().date(), datetime.time(2), datetime.UTC) + datetime.timedelta(days=1)
    with clock.at(evening):
        incident = factory.declared(service)
        again = ItemAnswer.objects.get(pk=answer.pk)
        assert attached(again, incident).observed_on == evening.date() - datetime.timedelta(days=1)
