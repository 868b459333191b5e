"""A document proves an item by the revision that stood when it was attached, while somebody vouches for it."""

import datetime
import uuid

import pytest
from django.core.management import call_command
from django.test import Client

from portal import clock
from portal.actions.documents import Written
from portal.errors import DomainError
from portal.permissions import Access
from readiness.actions import evidence, model_cards, reviews
from readiness.models import ItemAnswer, ModelCard, ModelVersion, Service
from tests.factories import portal, readiness
from tests.factories import reviews as review_factory

pytestmark = pytest.mark.django_db

MODEL_ITEM = "model.validation"


@pytest.fixture
def service() -> Service:
    return readiness.service()


@pytest.fixture
def version(service: Service) -> ModelVersion:
    return readiness.model_version(readiness.model(service, "fraud-gbm"), "5.9.0")


@pytest.fixture
def answer(service: Service, version: ModelVersion) -> ItemAnswer:
    release = readiness.release(service, "3.2.0", carries=[version])
    review = reviews.start(portal.access(service.owner), service=service, kind="deployment", release=release)
    return review_factory.answer(review, MODEL_ITEM)


def card_of(version: ModelVersion, by: Access) -> ModelCard:
    written = Written({"intended_use": "Scores payments."})
    return model_cards.begin(by, model=version.model, written=written, describes=version)


def lead(service: Service) -> Access:
    return portal.access(service.owner)


def test_a_card_that_speaks_of_the_releases_version_counts_by_its_revision(
    service: Service, version: ModelVersion, answer: ItemAnswer
) -> None:
    card = card_of(version, lead(service))
    piece = evidence.attach_document(lead(service), answer=answer, kind="Model card", document=card.public_id)
    assert (piece.title, piece.digest) == ("Model card fraud-gbm, revision 1", card.content_digest)
    assert (piece.document_revision, piece.model_version) == (1, version)
    model_cards.revise(
        lead(service),
        card=ModelCard.objects.get(),
        written=Written({"intended_use": "Anew."}),
        seen=1,
        describes=version,
    )
    piece.refresh_from_db()
    assert piece.digest == card.content_digest
    call_command("verify_record")


def test_a_stale_document_is_refused_until_somebody_vouches_for_it(
    service: Service, version: ModelVersion, answer: ItemAnswer
) -> None:
    with clock.at(clock.now() - datetime.timedelta(days=91)):
        card = card_of(version, lead(service))
    with pytest.raises(DomainError, match="is stale"):
        evidence.attach_document(lead(service), answer=answer, kind="Model card", document=card.public_id)
    model_cards.confirm(lead(service), card=ModelCard.objects.get(), seen=1)
    evidence.attach_document(lead(service), answer=answer, kind="Model card", document=card.public_id)


def test_only_a_document_of_this_service_can_be_attached(
    service: Service, version: ModelVersion, answer: ItemAnswer
) -> None:
    other = readiness.service()
    elsewhere = card_of(readiness.model_version(readiness.model(other, "other"), "1"), lead(other))
    for kind, document in (("Model card", elsewhere.public_id), ("Model card", uuid.uuid4()), ("Poem", uuid.uuid4())):
        with pytest.raises(DomainError) as refused:
            evidence.attach_document(lead(service), answer=answer, kind=kind, document=document)
        assert list(refused.value.errors) == ["document"]


def test_it_is_chosen_in_the_form_and_leads_to_its_revision(
    client: Client, service: Service, version: ModelVersion, answer: ItemAnswer
) -> None:
    card = card_of(version, lead(service))
    client.force_login(service.owner)
    address = f"{answer.review.get_absolute_url()}items/{MODEL_ITEM}/evidence/"
    assert f"Model card:{card.public_id}" in client.get(address).content.decode()
    htmx = {"HTTP_HX_REQUEST": "true"}
    shown = client.post(address, {"document": f"Model card:{card.public_id}"}, **htmx)
    assert shown.status_code == 200
    assert f'href="{card.get_absolute_url()}?revision=1"' in shown.content.decode()
    both = client.post(address, {"document": f"Model card:{card.public_id}", "url": "https://ci.example.com/1"}, **htmx)
    assert both.status_code == 422
    assert "One piece at a time" in both.content.decode()
