"""My work names the incidents that one leads, their post-mortem once it is late, and alerts to place."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from incidents.actions import alert_posts, alert_tray
from incidents.models import Alert
from incidents.queries import incidents as queries
from portal import clock
from portal.models import User
from portal.queries import shell_counts
from tests.factories import alerts, incidents, portal, readiness

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


def test_who_may_place_alerts_finds_those_that_no_rule_knows_until_they_are_placed() -> None:
    service = readiness.service()
    source = alerts.source(service.scope.team).source
    body = alerts.group(alerts.told("Unknown"), alerts.told("Unknown", minute=5), alerts.told("Other"))
    alert_posts.work_off(alert_posts.receive(source, body=body).pk)

    def shown(person: User) -> str:
        browser = Client()
        browser.force_login(person)
        return browser.get(reverse("incidents:alerts_waiting")).content.decode()

    engineer = portal.member(service.scope.team, portal.Role.CONTRIBUTOR)
    assert (shown(engineer).count("Match to a rule"), "Unknown" in shown(engineer)) == (2, True)
    assert 2 in shell_counts.of(portal.access(engineer))
    for other in (portal.member(service.scope.team, portal.Role.APPROVER), readiness.service(name="Else").owner):
        assert not shown(other).strip()
    for alert in Alert.objects.select_related("source", "service").filter(name="Unknown")[:1]:
        alert_tray.leave_out(portal.access(engineer), alert=alert, reason="A test.")
    assert "Unknown" not in shown(engineer)
