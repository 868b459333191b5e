"""An incident is declared from an alert; others join it, and its timeline hears how they go on."""

import pytest

from incidents.actions import alert_incidents, alert_posts, alert_rules, incident_facts, incident_states, playbooks
from incidents.actions.alert_rules import Written
from incidents.actions.alert_sources import Made
from incidents.actions.incidents import NewIncident
from incidents.models import Alert, Incident
from incidents.queries import alert_incidents as queries
from incidents.queries import post_mortems
from portal.errors import DomainError, NotPermitted
from portal.models import AuditEvent, Notification, User
from portal.permissions import Role
from readiness.models import Drill, Service
from tests.factories import alerts, portal, readiness, runbooks
from tests.factories import incidents as factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> Service:
    return readiness.service(slug="fraud-scoring")


@pytest.fixture
def lead(service: Service) -> User:
    return portal.member(service.scope.team, Role.LEAD)


@pytest.fixture
def source(service: Service) -> Made:
    return alerts.source(service.scope.team)


def tell(source: Made, *rows: dict[str, object]) -> None:
    alert_posts.work_off(alert_posts.receive(source.source, body=alerts.group(*rows)).pk)


def alert(name: str = "CostSpike") -> Alert:
    found: Alert = Alert.objects.select_related("source", "service__scope", "rule__runbook").filter(name=name)[0]
    return found


def declared(lead: User, service: Service) -> Incident:
    begun = queries.begun_from(alert())
    return alert_incidents.declare(portal.access(lead), alert=alert(), service=service, new=NewIncident(**begun))


def lines(incident: Incident) -> list[str]:
    return list(incident.timeline.order_by("pk").values_list("text", flat=True))


def test_an_incident_begins_with_what_the_alert_and_its_rule_say(service: Service, lead: User, source: Made) -> None:
    book = runbooks.runbook(service, lead)
    written = Written("Cost", {"alertname": "CostSpike"}, severity=2, playbook="alert.cost-spike", runbook=book)
    alert_rules.make(portal.access(lead), service=service, written=written)
    tell(source, alerts.told())
    incident = declared(lead, service)

    assert (incident.severity, incident.playbook, incident.started_at) == (2, "alert.cost-spike", alerts.NOON)
    assert incident.runbook_revision is not None
    assert incident.runbook_revision.subject == book
    assert alert().incident == incident
    assert "The alert CostSpike fires since 21 Nov 2026, 12:00 UTC, told by Alertmanager." in lines(incident)
    assert AuditEvent.objects.filter(verb="incident.joined").exists()


def test_several_alerts_join_one_incident_and_all_of_their_fingerprints_that_fire(
    service: Service, lead: User, source: Made
) -> None:
    tell(source, alerts.told(service=service.slug), alerts.told("Latency", service=service.slug))
    tell(source, alerts.told("Latency", minute=9, service=service.slug))
    incident = declared(lead, service)
    alert_incidents.join(portal.access(lead), alert=alert("Latency"), incident=incident)
    assert incident.alerts.filter(state="firing").count() == 2
    with pytest.raises(DomainError, match="in between"):
        alert_incidents.join(portal.access(lead), alert=alert("Latency"), incident=incident)


def test_the_end_of_an_alert_and_its_return_are_lines_of_the_timeline(
    service: Service, lead: User, source: Made
) -> None:
    tell(source, alerts.told(service=service.slug))
    incident = declared(lead, service)
    tell(source, alerts.told(status="resolved", service=service.slug))
    tell(source, alerts.told(status="resolved", service=service.slug))
    tell(source, alerts.told(minute=90, service=service.slug))
    assert lines(incident)[-2:] == [
        "The alert CostSpike ended 21 Nov 2026, 12:30 UTC, told by Alertmanager.",
        "The alert CostSpike fires again since 21 Nov 2026, 13:30 UTC, told by Alertmanager.",
    ]
    assert incident.alerts.count() == 2, "what fires anew belongs to it"
    with pytest.raises(DomainError):
        factory.resolved(incident, lead)
    tell(source, alerts.told(status="resolved", minute=90, service=service.slug))
    over = factory.resolved(factory.again(incident), lead)
    incident_states.move(portal.access(lead), incident=over, to="closed")
    tell(source, alerts.told(minute=300, service=service.slug))
    assert incident.alerts.count() == 2, "a closed one takes no more"


def test_an_alert_whose_name_nobody_may_write_is_told_in_the_timeline_all_the_same(
    service: Service, lead: User, source: Made
) -> None:
    tell(source, alerts.told(service=service.slug))
    incident = declared(lead, service)
    Alert.objects.update(name="Cost\u202espike")
    tell(source, alerts.told(status="resolved", service=service.slug))
    assert lines(incident)[-1].startswith("The alert Cost")
    assert Alert.objects.get().state == "resolved"


def test_the_playbook_of_a_failing_pipeline_raises_its_incident_when_the_alert_fires_again(
    service: Service, lead: User, source: Made
) -> None:
    playbooks.load()
    written = Written("Pipeline", {"alertname": "CostSpike"}, severity=3, playbook="alert.pipeline-failure")
    alert_rules.make(portal.access(lead), service=service, written=written)
    tell(source, alerts.told())
    incident = declared(lead, service)
    assert incident.severity == 3
    tell(source, alerts.told(status="resolved"))
    tell(source, alerts.told(minute=90))
    raised = factory.again(incident)
    why = "Cycle 2 failed. The playbook “Pipeline failure” calls it sev-2 from failed cycle 2 on."
    assert (raised.severity, lines(incident)[-1]) == (2, f"Sev-3 → Sev-2: {why}")
    event = AuditEvent.objects.get(verb="incident.severity-changed")
    assert (event.actor, incident.timeline.latest("pk").by) == (None, None)
    assert Notification.objects.filter(recipient=service.owner, subject__contains="is sev-2 now").exists()

    incident_states.change_severity(portal.access(lead), incident=raised, severity=3, text="The features are not used.")
    tell(source, alerts.told(status="resolved", minute=90))
    tell(source, alerts.told(minute=200))
    assert factory.again(incident).severity == 3, "who lowered it knows better"


def test_an_alert_of_the_tray_gets_the_service_in_which_the_incident_is_declared(
    service: Service, lead: User, source: Made
) -> None:
    tell(source, alerts.told())
    incident = declared(lead, service)
    assert (alert().service, alert().incident) == (service, incident)


def test_nothing_is_declared_for_another_service_or_by_who_may_not(service: Service, lead: User, source: Made) -> None:
    tell(source, alerts.told(service=service.slug))
    other = readiness.service(slug="other", team=service.scope.team)
    with pytest.raises(DomainError, match="of another service"):
        declared(lead, other)
    with pytest.raises(NotPermitted):
        declared(portal.member(service.scope.team, Role.VIEWER), service)
    elsewhere = factory.declared(readiness.service(slug="far"))
    with pytest.raises(NotPermitted):
        alert_incidents.join(portal.access(lead), alert=alert(), incident=elsewhere)
    with pytest.raises(DomainError, match="touches"):
        alert_incidents.join(portal.access(elsewhere.service.owner), alert=alert(), incident=elsewhere)
    assert alert().incident is None


def test_the_post_mortem_begins_with_the_alert_that_noticed_it(service: Service, lead: User, source: Made) -> None:
    tell(source, alerts.told(service=service.slug))
    incident = declared(lead, service)
    known = post_mortems.known(incident)
    assert known.detection.startswith("By the alert CostSpike of Alertmanager, told ")
    assert all(line.at.endswith(" UTC") for line in known.timeline)  # the zone of its team, written down with it


def test_a_closed_incident_counts_as_a_drill_of_its_runbook(service: Service, lead: User) -> None:
    book, access = runbooks.runbook(service, lead, is_rollback=False), portal.access(lead)
    incident = factory.declared(service, severity=3, playbook="alert.cost-spike")
    incident = incident_facts.name_runbook(access, incident=incident, revision=book.revisions.get())
    over = factory.resolved(factory.again(incident), lead)
    assert not Drill.objects.exists()
    incident_states.move(access, incident=over, to="closed")

    drill = Drill.objects.get()
    assert (drill.kind, drill.result, drill.performed_by) == ("runbook", "passed", lead)
    assert drill.link.endswith(incident.get_absolute_url())
    assert lines(incident)[-1].startswith(f"Counts as a drill of {book.title}, revision 1: {lead.name}, ")


def test_the_way_back_and_an_incident_without_steps_are_no_drills(service: Service, lead: User) -> None:
    access = portal.access(lead)
    ways = [
        (runbooks.runbook(service, lead), "alert.cost-spike"),
        (runbooks.runbook(service, lead, "Another", is_rollback=False), ""),
    ]
    for book, playbook in ways:
        incident = factory.declared(service, severity=3, playbook=playbook)
        incident = incident_facts.name_runbook(access, incident=incident, revision=book.revisions.get())
        incident_states.move(access, incident=factory.resolved(incident, lead), to="closed")
    assert not Drill.objects.exists()
