"""What happened to a service, in words a person reads."""

import pytest
from django.test import Client
from django.urls import reverse

from readiness.actions import answers, ownership
from readiness.models import OwnershipDomain
from tests.factories import portal, readiness, reviews

pytestmark = pytest.mark.django_db


def test_an_item_is_called_by_its_title() -> None:
    review = reviews.started()
    engineer, _ = reviews.people(review.service)
    answers.describe(engineer, answer=reviews.answer(review, "env.secrets"), text="Rotated in May.", version=0)
    client = Client()
    client.force_login(engineer.person)

    history = client.get(reverse("readiness:service_history", args=[review.service.slug])).content.decode()

    assert "Wrote on “" in history
    assert "Wrote on env.secrets" not in history


def test_who_still_holds_a_domain_has_no_end() -> None:
    service = readiness.service()
    lead = portal.access(service.owner)
    drift = OwnershipDomain.objects.get(key="drift")
    ownership.assign(lead, service=service, domain=drift, person=service.owner, role="accountable")
    client = Client()
    client.force_login(service.owner)

    page = client.get(reverse("readiness:service_ownership", args=[service.slug])).content.decode()

    assert "still held" in page
    assert ">today<" not in page
