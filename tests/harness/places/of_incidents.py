"""The places of incidents, alerts, playbooks and runbooks."""

from collections.abc import Iterator

from django.urls import reverse

from incidents.models import (
    Alert,
    AlertRule,
    AlertSource,
    Incident,
    PostMortem,
    Proposal,
)
from incidents.views.incident_acts import ACTS
from readiness.models import (
    Service,
)
from tests.harness.places.place import (
    ADAPTED,
    ADMINISTRATOR,
    ENGINEER,
    LEAD,
    SERVICE,
    WHO_EXPLAINS,
    Kind,
    Place,
)


def everywhere() -> Iterator[Place]:
    """Every place of incidents, alerts, playbooks and runbooks."""
    yield from _incidents()
    yield from _alerts()
    yield from _runbooks()


def _incidents() -> Iterator[Place]:
    yield Place("incidents", reverse("incidents:incidents"), ENGINEER, "list")
    yield Place("runbooks_waiting", reverse("incidents:runbooks_waiting"), ENGINEER, "part")
    yield Place("incidents_waiting", reverse("incidents:incidents_waiting"), ENGINEER, "part")
    yield Place("incident_new", reverse("incidents:incident_new"), ENGINEER)
    yield Place("service_incidents", reverse("incidents:service_incidents", args=[SERVICE]), ENGINEER, "list")
    for name in ("incident_declare", "incidents_of_service"):
        kind: Kind = "part" if name == "incidents_of_service" else "page"
        yield Place(name, reverse(f"incidents:{name}", args=[SERVICE]), ENGINEER, kind)
    open_one = Incident.objects.open().filter(service__slug=SERVICE)[0]
    for what in ("incident", *(f"incident_{what}" for what in ACTS)):
        yield Place(what, reverse(f"incidents:{what}", args=[SERVICE, open_one.number]), ENGINEER)
    written = PostMortem.objects.select_related("incident__service")[0]
    of = [written.incident.service.slug, written.incident.number]
    for what in ("", "_revise", "_compare", "_follow_up", "_propose"):
        yield Place(f"post_mortem{what}", reverse(f"incidents:post_mortem{what}", args=of), WHO_EXPLAINS)
    yield Place("post_mortem_pdf", reverse("incidents:post_mortem_pdf", args=of), WHO_EXPLAINS, "file")
    made = {row.state: row for row in Proposal.objects.filter(post_mortem=written)}
    waits = [made["proposed"].public_id]
    yield Place("proposal_accept", reverse("incidents:proposal_accept", args=waits), ADMINISTRATOR)
    yield Place("proposal_decline", reverse("incidents:proposal_decline", args=waits), ADMINISTRATOR)
    asked = [*of, made["accepted"].public_id]
    yield Place("proposal_asked", reverse("incidents:proposal_asked", args=asked), WHO_EXPLAINS, "part")


def _alerts() -> Iterator[Place]:
    service = Service.objects.get(slug=SERVICE)
    yield Place("alerts", reverse("incidents:alerts"), LEAD, "list")
    yield Place("alerts_waiting", reverse("incidents:alerts_waiting"), LEAD, "part")
    yield Place("alerts_all", reverse("incidents:alerts_all"), LEAD, "list")
    yield Place("alert_sources", reverse("incidents:alert_sources"), LEAD, "list")
    yield Place("alert_source_make", reverse("incidents:alert_source_make"), LEAD)
    source = AlertSource.objects.filter(team=service.team, revoked_at=None)[0]
    yield Place("alert_source", reverse("incidents:alert_source", args=[source.public_id]), LEAD)
    yield Place("alert_source_revoke", reverse("incidents:alert_source_revoke", args=[source.public_id]), LEAD)
    alert = Alert.objects.get(fingerprint="tray")
    for name in ("alert", "alert_end", "alert_join", "alert_match", "alert_leave_out"):
        yield Place(name, reverse(f"incidents:{name}", args=[alert.public_id]), LEAD)
    yield Place("service_playbooks", reverse("incidents:service_playbooks", args=[SERVICE]), LEAD, "list")
    for name in ("service_playbook", "playbook_adapt", "playbook_use_shipped"):
        yield Place(name, reverse(f"incidents:{name}", args=[SERVICE, ADAPTED]), LEAD)
    yield Place("alert_rule_make", reverse("incidents:alert_rule_make", args=[SERVICE]), LEAD)
    rule = AlertRule.objects.filter(service=service, ended_at=None)[0]
    for name in ("alert_rule", "alert_rule_end"):
        yield Place(name, reverse(f"incidents:{name}", args=[SERVICE, rule.public_id]), LEAD)


def _runbooks() -> Iterator[Place]:
    yield Place("runbooks", reverse("incidents:runbooks"), LEAD, "list")
    yield Place("service_runbooks", reverse("incidents:service_runbooks", args=[SERVICE]), ENGINEER, "part")
    yield Place("runbook_begin", reverse("incidents:runbook_begin", args=[SERVICE]), ENGINEER)
    for name in ("runbook", "runbook_revise", "runbook_compare", "runbook_drill"):
        yield Place(name, reverse(f"incidents:{name}", args=[SERVICE, 1]), ENGINEER)
    yield Place("runbook_pdf", reverse("incidents:runbook_pdf", args=[SERVICE, 1]), ENGINEER, "file")
