"""Chapter 11 of a pack: what covered the alerts of a service as it stood, and what fired in the period."""

import datetime

import pytest

from incidents.actions import alert_incidents, alert_posts, alert_rules, alert_tray, playbooks
from incidents.actions.alert_rules import Written
from incidents.models import Alert, AlertPlacement
from incidents.queries import alert_sections
from portal import clock
from portal.models import AuditEvent
from portal.permissions import Role
from readiness.models import Service
from readiness.queries.packs import moments
from readiness.queries.packs.moments import Moment
from tests.factories import alerts, incidents, portal, readiness, runbooks

pytestmark = pytest.mark.django_db


def moment(days: int = 90) -> Moment:
    today = clock.now().date()
    return moments.moment(
        AuditEvent.objects.latest("number"), today - datetime.timedelta(days=days), today, clock.now()
    )


def printed(service: Service, at: Moment) -> str:
    return "\n".join(str(block) for section in alert_sections.sections(service, at) for block in section.blocks)


def _ago(minutes: int) -> str:
    return (clock.now() - datetime.timedelta(minutes=minutes)).replace(second=0, microsecond=0).isoformat()


def test_rules_are_printed_as_they_stood_and_alerts_as_they_fired() -> None:
    playbooks.load()
    service = readiness.service(slug="fraud-scoring")
    lead = portal.member(service.scope.team, Role.LEAD)
    book = runbooks.runbook(service, lead, "Empty the cache", is_rollback=False)
    written = Written("Cost", {"alertname": "CostSpike"}, playbook="alert.cost-spike", runbook=book, threshold="20 %")
    rule = alert_rules.make(portal.access(lead), service=service, written=written)
    made = alerts.source(service.scope.team)
    for minute, status in ((0, "firing"), (40, "firing")):
        row = alerts.told(status=status) | {"startsAt": _ago(5 * 60 - minute), "endsAt": _ago(0)}
        alert_posts.work_off(alert_posts.receive(made.source, body=alerts.group(row)).pk)
    row = alerts.told("Over", "resolved", service=service.slug) | {"startsAt": _ago(60), "endsAt": _ago(5)}
    alert_posts.work_off(alert_posts.receive(made.source, body=alerts.group(row)).pk)
    then = moment()
    alert_rules.end(portal.access(lead), rule=rule, seen=1, reason="The job is gone.")

    stood = printed(service, then)
    for words in (
        "Cost",
        "sev-3, 20 %",
        "Cost spike",
        "Empty the cache",
        "Never",
        "CostSpike",
        "Firing",
        "Over",
        "Resolved",
    ):
        assert words in stood, words
    assert "was on record" not in stood
    assert "No rule for an alert of this service was on record." in printed(service, moment())


def test_what_people_placed_is_printed_from_then_on_with_who_did_it() -> None:
    service, other = readiness.service(slug="fraud-scoring"), readiness.service(slug="elsewhere")
    lead = portal.access(portal.member(service.scope.team, Role.LEAD, name="Priya"))
    made = alerts.source(service.scope.team)
    rows = [
        alerts.told(name, service=of) | {"startsAt": _ago(30)} for name, of in (("Lag", ""), ("Noise", service.slug))
    ]
    again = alerts.told("Lag", service="") | {"startsAt": _ago(20)}
    alert_posts.work_off(alert_posts.receive(made.source, body=alerts.group(*rows, again)).pk)
    before = moment()
    assert "Lag" not in printed(service, before)
    assert "people placed" not in printed(service, before)

    lag, noise = Alert.objects.filter(name="Lag")[0], Alert.objects.get(name="Noise")
    incident = incidents.declared(service)
    alert_incidents.join(lead, alert=lag, incident=incident)
    joined = moment()
    rule = alert_rules.make(lead, service=service, written=Written("Lag of features", {"alertname": "Other"}))
    alert_tray.match(lead, alert=Alert.objects.get(pk=lag.pk), rule=rule)
    alert_tray.leave_out(lead, alert=noise, reason="It is a test.")

    assert "Lag" not in printed(service, before), "what came later changes nothing that was printed"
    assert "INC-0001" in printed(service, joined)
    assert "Lag of features" not in printed(service, joined)
    now = printed(service, moment())
    for words in ("Joined to an incident", "Given to a rule", "Lag of features", "Left out", "It is a test.", "Priya"):
        assert words in now, words
    assert AlertPlacement.objects.filter(act="matched").count() == 2, "both of its fingerprint"
    assert "people placed" not in printed(other, moment())


def test_a_service_without_alerts_says_so() -> None:
    told = printed(readiness.service(), moment())
    assert "No rule for an alert" in told
    assert "No alert was reported in this period." in told
