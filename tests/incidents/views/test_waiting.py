"""My work names the incidents that one leads, and their post-mortem once it is late."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from incidents.queries import incidents as queries
from portal import clock
from tests.factories import incidents, portal, readiness

pytestmark = pytest.mark.django_db


def test_the_commander_finds_it_while_it_is_open_and_when_its_post_mortem_is_late() -> None:
    service = readiness.service()
    browser = Client()
    browser.force_login(service.owner)

    def shown() -> str:
        return browser.get(reverse("incidents:incidents_waiting")).content.decode()

    incidents.declared(service)
    assert "Answers come late" not in shown()
    from_now = incidents.declared(service, title="Led", commander=service.owner)
    assert "Led" in shown()
    resolved = incidents.resolved(from_now)
    assert "Led" not in shown()
    assert resolved.post_mortem_due_on is not None
    with clock.at(clock.now() + datetime.timedelta(days=40)):
        assert [row.title for row in queries.waiting_for(portal.access(service.owner))] == ["Led"]
        incidents.explained(resolved)
        assert not queries.waiting_for(portal.access(service.owner))
