"""What joins alerts and incidents: what one is begun from, and which incidents an alert may join."""

import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from incidents.choices import AlertState, IncidentState
from incidents.models import AffectedService, Alert, Incident, RunbookRevision
from incidents.models.alerts import AlertQuerySet
from incidents.models.incidents import IncidentQuerySet
from incidents.queries import incidents as queries
from incidents.queries import runbooks
from incidents.rules import alert_incidents as rules
from incidents.rules.alert_incidents import AlertTold
from portal.permissions import Access, Capability
from readiness.models import Service


def told(alert: Alert) -> AlertTold:
    """The alert as rules read it."""
    return AlertTold(
        name=alert.name,
        summary=alert.summary,
        source=alert.source.name,
        starts_at=alert.starts_at,
        ends_at=alert.ends_at,
        severity=str(alert.labels.get("severity", "")),
    )


def free(access: Access) -> AlertQuerySet:
    """Alerts that one may see and that may begin an incident or join one: in none yet, and not left out."""
    found = Alert.objects.visible_to(access).filter(incident=None).exclude(state=AlertState.LEFT_OUT)
    return found.select_related("source__team", "service__scope__team", "rule__runbook")


def begun_from(alert: Alert) -> dict[str, Any]:
    """What the form of a new incident says before anybody wrote in it, by its fields."""
    said, rule = told(alert), alert.rule
    begun: datetime.datetime = alert.starts_at
    return {
        "title": rules.title(said),
        "severity": rules.severity(said, rule.severity if rule else None),
        "text": rules.known(said),
        "playbook": rule.playbook if rule else "",
        "started_at": begun.replace(second=0, microsecond=0),
    }


def runbook_of(alert: Alert) -> RunbookRevision | None:
    """The runbook that leads on from it, as it stands now: one statement; none where the rule names none in use."""
    runbook = alert.rule.runbook if alert.rule else None
    if runbook is None or runbook.retired_at:
        return None
    return runbooks.standing_revision(runbook)


def may_join(access: Access, alert: Alert) -> IncidentQuerySet:
    """The incidents that are not over, touch its service (or its team's) and that the person responds to."""
    teams = access.teams_with(Capability.INCIDENT_RESPOND)
    affects = AffectedService.objects.filter(incident=OuterRef("pk"))
    if alert.service_id:
        touches = Q(service=alert.service_id) | Q(Exists(affects.filter(service=alert.service_id)))
    else:
        team = alert.source.team_id
        touches = Q(service__scope__team=team) | Q(Exists(affects.filter(service__scope__team=team)))
    answers = Q(service__scope__team__in=teams) | Q(Exists(affects.filter(service__scope__team__in=teams)))
    found = Incident.objects.visible_to(access).exclude(state=IncidentState.CLOSED).filter(touches, answers)
    return found.select_related("service").order_by("severity", "-declared_at", "-pk")


def may_declare_on(access: Access, alert: Alert, service: Service) -> bool:
    """Whether an incident of this service may be begun from it: the one it names, else one of its source's team."""
    if alert.service_id:
        return alert.service_id == service.pk
    return service.scope.team_id == alert.source.team_id and access.can(Capability.DOCUMENT_WRITE, alert.source.team_id)


def declare_url(access: Access, alert: Alert) -> str:
    """Where an incident is declared from it; empty for who may not, or where it is in one or left out."""
    team = alert.service.scope.team_id if alert.service else alert.source.team_id
    is_free = alert.incident_id is None and alert.state != AlertState.LEFT_OUT
    if not is_free or not access.can(Capability.INCIDENT_DECLARE, team):
        return ""
    place = reverse("incidents:incident_new")
    if alert.service:
        place = reverse("incidents:incident_declare", args=[alert.service.slug])
    return f"{place}?alert={alert.public_id}"


def failed_cycles(incident: Incident) -> int:
    """How often one and the same alert fired in it, each time anew; of several the one that did most: one statement."""
    fired = incident.alerts.exclude(state=AlertState.LEFT_OUT).order_by().values("source", "fingerprint")
    return max(fired.annotate(times_fired=Count("pk")).values_list("times_fired", flat=True), default=0)


def touches(alert: Alert, incident: Incident) -> bool:
    """Whether an incident touches the alert's service, or where it has none its source's team: one statement."""
    if alert.service_id:
        others = incident.affects.filter(service=alert.service_id)
        return alert.service_id == incident.service_id or others.exists()
    return alert.source.team_id in queries.team_ids(incident)
