"""An alert that no source ends is ended by a person, with a reason; told again by its source, it fires again."""

import pytest
from django.test import Client

from incidents.actions import alert_ends, alert_posts, alert_rules
from incidents.actions.alert_rules import Written
from incidents.actions.alert_sources import Made
from incidents.models import Alert, Incident
from portal.errors import DomainError, NotPermitted
from portal.models import AuditEvent, User
from portal.permissions import Role
from readiness.models import Service
from tests.factories import alerts, callers, portal, readiness
from tests.factories import incidents as factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> Service:
    return readiness.service(slug="fraud-scoring")


@pytest.fixture
def lead(service: Service) -> User:
    return portal.member(service.scope.team, Role.LEAD)


@pytest.fixture
def source(service: Service, lead: User) -> Made:
    """A source whose alert a rule knows, and which fires."""
    rule = Written("Cost", {"alertname": "CostSpike"})
    alert_rules.make(portal.access(lead), service=service, written=rule)
    made = alerts.source(service.scope.team)
    tell(made, alerts.told())
    return made


@pytest.fixture
def incident(service: Service, source: Made) -> Incident:
    found = factory.declared(service)
    Alert.objects.update(incident=found)
    return found


def tell(source: Made, *rows: dict[str, object]) -> None:
    alert_posts.work_off(alert_posts.receive(source.source, body=alerts.group(*rows)).pk)


def alert() -> Alert:
    found: Alert = Alert.objects.select_related("source__team", "service__scope__team").get()
    return found


def test_an_alert_that_a_rule_knows_is_ended_with_a_reason_and_its_incident_can_be_resolved(
    incident: Incident, lead: User
) -> None:
    with pytest.raises(DomainError):
        factory.resolved(incident, lead)
    with pytest.raises(DomainError) as refusal:
        alert_ends.end(portal.access(lead), alert=alert(), reason=" ")
    assert refusal.value.errors == {"reason": [alert_ends.REASON_NEEDED]}

    assert alert_ends.end(portal.access(lead), alert=alert(), reason="Monitoring was moved.") == 1
    ended = alert()
    assert (ended.state, ended.ended_by, ended.ended_reason) == ("resolved", lead, "Monitoring was moved.")
    assert ended.ends_at is not None
    line = incident.timeline.order_by("pk").last()
    assert line is not None
    assert (line.text, line.by) == ("The alert CostSpike is ended by hand: Monitoring was moved.", lead)
    assert AuditEvent.objects.filter(verb="alert.ended", scope=ended.service.scope).exists()
    factory.resolved(factory.again(incident), lead)
    with pytest.raises(DomainError, match="no more"):
        alert_ends.end(portal.access(lead), alert=ended, reason="Again.")


def test_its_source_makes_it_fire_again(source: Made, lead: User) -> None:
    alert_ends.end(portal.access(lead), alert=alert(), reason="It is over.")
    tell(source, alerts.told())
    again = alert()
    assert (again.state, again.ends_at, again.ended_by, again.ended_reason) == ("firing", None, None, "")


def test_an_older_post_that_is_taken_in_late_does_not(source: Made, lead: User) -> None:
    late = alert_posts.receive(source.source, body=alerts.group(alerts.told()))
    alert_ends.end(portal.access(lead), alert=alert(), reason="It is over.")
    alert_posts.work_off(late.pk)
    assert alert().state == "resolved"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.APPROVER])
def test_it_is_ended_by_who_responds_for_its_service(source: Made, service: Service, role: Role) -> None:
    with pytest.raises(NotPermitted):
        alert_ends.end(portal.access(portal.member(service.scope.team, role)), alert=alert(), reason="It is over.")
    with pytest.raises(NotPermitted):
        alert_ends.end(portal.access(portal.member(portal.team(), Role.LEAD)), alert=alert(), reason="It is over.")
    assert alert().state == "firing"


def test_the_page_of_the_alert_offers_it(client: Client, source: Made, lead: User) -> None:
    client.force_login(lead)
    address = f"/alerts/{alert().public_id}/"
    assert f'href="{address}end/"' in client.get(address).content.decode()
    assert client.get(f"{address}end/").status_code == 200
    assert client.post(f"{address}end/", {"reason": ""}).status_code == 422
    assert client.post(f"{address}end/", {"reason": "Moved."}).status_code == 302
    page = client.get(address).content.decode()
    assert "Ended by hand" in page
    assert "Moved." in page
    assert client.get(f"{address}end/").status_code == 404


def test_a_tool_ends_it_too(source: Made, service: Service) -> None:
    tool = callers.caller(portal.member(service.scope.team, Role.CONTRIBUTOR), may="write")
    address = f"alerts/told/{alert().public_id}/end"
    assert tool.post(address, {"reason": ""}).status_code == 422
    told = tool.post(address, {"reason": "Moved."})
    assert (told.status_code, told.json()["state"], told.json()["ended_reason"]) == (200, "resolved", "Moved.")


def test_revoking_a_source_offers_to_end_what_it_told(client: Client, source: Made, lead: User) -> None:
    client.force_login(lead)
    address = f"/alerts/sources/{source.source.public_id}/"
    assert "End the 1 alert that it told as firing" in client.get(f"{address}revoke/").content.decode()
    client.post(f"{address}revoke/", {"ends_alerts": "yes"})
    assert (alert().state, alert().ended_reason) == ("resolved", "Its source Alertmanager was revoked.")


def test_a_revoked_source_says_what_still_fires(client: Client, source: Made, lead: User) -> None:
    client.force_login(lead)
    address = f"/alerts/sources/{source.source.public_id}/"
    client.post(f"{address}revoke/")
    assert alert().state == "firing"
    assert "nobody tells their end any more" in client.get(address).content.decode()
    listed = f"/alerts/all/?source={source.source.public_id}&state=firing"
    assert "CostSpike" in client.get(listed).content.decode()
