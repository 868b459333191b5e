"""Alerts in incidents: one is declared from an alert, others join it, and its timeline hears how each goes on.

The source of the alerts is locked before the incident, as posts of it are worked off in that order.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from incidents import verbs
from incidents.actions import alert_placements, incident_facts, incident_heads, incident_states, incidents
from incidents.actions.incident_heads import Line
from incidents.actions.incidents import NewIncident
from incidents.choices import AlertState, EntryKind, IncidentState, PlacementAct
from incidents.models import Alert, AlertSource, Incident
from incidents.queries import alert_incidents as queries
from incidents.queries import incidents as incident_queries
from incidents.rules import alert_incidents as rules
from incidents.rules import playbook_steps
from portal.errors import DomainError
from portal.permissions import Access
from readiness.actions import status
from readiness.models import Service

TAKEN = "Somebody joined this alert to an incident or left it out in between."


def declare(access: Access, *, alert: Alert, service: Service, new: NewIncident) -> Incident:
    """Declares an incident from an alert, which joins it; the runbook of its rule is at hand from the beginning.

    Raises as `incidents.declare`, and DomainError where the alert is of another service or no longer free.
    """
    with transaction.atomic():
        held = _held(alert)
        if not queries.may_declare_on(access, held, service):
            raise DomainError("This alert is of another service. Declare the incident there.")
        incident = incidents.declare(access, service=service, new=new)
        _join(access, held, incident)
        revision = queries.runbook_of(held)
        if revision is not None:
            incident = incident_facts.name_runbook(access, incident=incident, revision=revision)
    return incident


def join(access: Access, *, alert: Alert, incident: Incident) -> int:
    """Joins an alert, and those of its fingerprint that fire, to an incident that is not closed; returns how many.

    Raises NotPermitted for who does not respond to the incident; DomainError at `incident` where it does not fit.
    """
    with transaction.atomic():
        held = _held(alert)
        standing = incident_heads.held(access, incident)
        if standing.state == IncidentState.CLOSED:
            raise DomainError.of({"incident": ["It is closed. Declare a new one."]})
        if not queries.touches(held, standing):
            raise DomainError.of({"incident": ["Choose an incident that touches the service of this alert."]})
        return _join(access, held, standing)


def _held(alert: Alert) -> Alert:
    """The alert as it stands, with its source locked. Raises DomainError where it is no longer free."""
    AlertSource.objects.select_for_update().values_list("pk").get(pk=alert.source_id)
    related = ("source__team", "service__scope", "rule__runbook")
    held = Alert.objects.select_related(*related).get(pk=alert.pk)
    if held.incident_id or held.state == AlertState.LEFT_OUT:
        raise DomainError(TAKEN)
    return held


def _join(access: Access, alert: Alert, incident: Incident) -> int:
    own = Alert.objects.filter(source=alert.source_id, fingerprint=alert.fingerprint, incident=None)
    firing = list(own.filter(state=AlertState.FIRING).exclude(pk=alert.pk).values_list("pk", flat=True))
    fields: dict[str, Any] = {"incident": incident}
    if alert.service is None and incident.service.scope.team_id == alert.source.team_id:
        fields["service"] = incident.service
    found = Alert.objects.filter(pk__in=[alert.pk, *firing])
    before = list(found)
    joined = found.update(**fields)
    line = Line(EntryKind.ALERT, rules.joined(queries.told(alert)), about=alert.service)
    facts: dict[str, Any] = {"alert": str(alert.public_id), "alerts": joined}
    if line.other(incident):
        entry = incident_heads.say(access, incident, verbs.INCIDENT_JOINED_FROM_ANOTHER, line, facts=facts)
    else:
        texts = {"name": alert.name}
        entry = incident_heads.say(access, incident, verbs.INCIDENT_JOINED, line, facts=facts, texts=texts)
    alert_placements.keep(PlacementAct.JOINED, before, fields.get("service"), entry.event)
    _raise(incident)
    return joined


def hold(keys: Iterable[int | None], access: Access | None = None) -> dict[int, Incident]:
    """Locks those of these incidents that are not closed, in the order of their keys; by key. None names none.

    Call it before the alerts are written: the head of the record is locked last. `access` is None for a worker; a
    person who does not respond to each of them gets NotPermitted.
    """
    named = set(filter(None, keys))
    if not named:
        return {}
    rows = list(Incident.objects.filter(pk__in=named).exclude(state=IncidentState.CLOSED).order_by("pk"))
    status.hold_by_key({pk for row in rows for pk in incident_queries.service_ids(row)})
    return {row.pk: incident_heads.held(access, row) for row in rows}


def tell(incident: Incident, alerts: Sequence[Alert]) -> None:
    """Says in the timeline of a held incident how its alerts went on, those of each service: fired again, or ended."""
    for turned in by_service(alerts):
        for words in rules.turns([queries.told(alert) for alert in turned]):
            say(None, incident, words, about=turned[0].service)
    if any(alert.state == AlertState.FIRING for alert in alerts):
        _raise(incident)


def by_service(alerts: Iterable[Alert]) -> Iterable[list[Alert]]:
    """The alerts of each service together: a line of a timeline tells of one service alone."""
    of: dict[int | None, list[Alert]] = defaultdict(list)
    for alert in alerts:
        of[alert.service_id].append(alert)
    return of.values()


def _raise(incident: Incident) -> None:
    """Raises the severity as the playbook that is followed asks after so many failed cycles: the portal's own act."""
    followed = incident.steps_followed
    if followed.raised_to is None or not incident.is_open:
        return
    cycles = queries.failed_cycles(incident)
    severity = playbook_steps.raised(followed, incident.worst_severity, cycles)
    if severity is not None:
        words = playbook_steps.raised_words(followed, cycles)
        incident_states.change_severity(None, incident=incident, severity=severity, text=words)


def say(access: Access | None, incident: Incident, words: str, *, about: Service | None) -> None:
    """Writes the portal's own words on an alert of a service into the timeline of a held incident.

    They name what machines sent: no rule for what people write may stop the post that they come from.
    """
    line = Line(EntryKind.ALERT, words, about=about)
    incident_heads.say(access, incident, verbs.INCIDENT_NOTED, line, facts={"kind": str(EntryKind.ALERT)})
