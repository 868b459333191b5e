"""A post-mortem is printed by itself, proves items by its revision, and its keeper is reminded of its review."""

import datetime
import io

import pypdf
import pytest
from django.test import Client
from django.urls import reverse

from incidents.actions import post_mortems
from incidents.models import PostMortem
from portal import clock
from portal.actions import document_reminders
from portal.actions.documents import Written
from portal.models import Notification
from readiness.actions import evidence, reviews
from readiness.models import Service
from readiness.queries import evidence as evidence_queries
from tests.factories import incidents as factory
from tests.factories import portal, readiness
from tests.factories import reviews as review_factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> Service:
    return readiness.service(slug="fraud-scoring", name="Fraud scoring")


@pytest.fixture
def written(service: Service) -> PostMortem:
    return factory.explained(factory.resolved(factory.declared(service)))


def test_a_revision_is_printed_with_the_facts_of_its_incident(service: Service, written: PostMortem) -> None:
    access = portal.access(service.owner)
    content = {**written.content, "lucky": "It was <b>morning</b>."}
    post_mortems.revise(access, post_mortem=written, written=Written(content), seen=2)
    browser = Client()
    browser.force_login(service.owner)
    address = reverse("incidents:post_mortem_pdf", args=[service.slug, 1])
    assert address in browser.get(written.get_absolute_url()).content.decode()
    answer = browser.get(address)
    assert answer["Content-Type"] == "application/pdf"
    assert 'filename="fraud-scoring-inc-0001-post-mortem-3.pdf"' in answer["Content-Disposition"]
    words = legible(answer.content)
    assert "INC-0001, sev-2" in words
    assert "A cache without a limit." in words
    assert "It was <b>morning</b>." in words
    assert "morning" not in legible(browser.get(address, {"revision": "2"}).content)
    assert browser.get(address, {"revision": "9"}).status_code == 404


def test_who_may_not_see_it_gets_no_print(service: Service) -> None:
    hidden = readiness.service(restricted=True)
    kept = factory.explained(factory.resolved(factory.declared(hidden)))
    browser = Client()
    browser.force_login(service.owner)
    address = reverse("incidents:post_mortem_pdf", args=[hidden.slug, kept.incident.number])
    assert browser.get(address).status_code == 404


def legible(body: bytes) -> str:
    read = pypdf.PdfReader(io.BytesIO(body), strict=True)
    return " ".join(" ".join(page.extract_text() for page in read.pages).split())


def test_a_published_one_proves_an_item_by_its_revision_and_a_draft_does_not(
    service: Service, written: PostMortem
) -> None:
    access = portal.access(service.owner)
    draft = factory.resolved(factory.declared(service, title="Another"))
    post_mortems.begin(access, incident=draft)
    offered = [found.title for kind, found in evidence_queries.documents(service) if kind == "Post-mortem"]
    assert offered == ["INC-0001, Post-mortem: Answers come late"]
    review = reviews.start(access, service=service, kind="deployment", release=readiness.release(service))
    answer = review_factory.answer(review, "inc.runbooks")
    piece = evidence.attach_document(access, answer=answer, kind="Post-mortem", document=written.public_id)
    assert (piece.document_revision, piece.digest) == (written.revision, written.content_digest)


def test_its_keeper_is_reminded_of_its_review(written: PostMortem) -> None:
    at = datetime.datetime.combine(written.review_on, datetime.time(10), datetime.UTC)
    with clock.at(at + datetime.timedelta(days=1)):
        document_reminders.send_due(clock.now())
    said = Notification.objects.get(kind="document-stale")
    assert said.recipient == written.keeper
