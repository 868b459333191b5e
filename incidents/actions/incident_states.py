"""Where an incident stands, and how bad it is."""

import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from incidents import verbs
from incidents.actions import incident_heads, incident_notices, playbook_runs
from incidents.actions.incident_heads import Line
from incidents.choices import EntryKind, IncidentState, Severity
from incidents.models import Incident
from incidents.queries import incidents as queries
from incidents.rules import lifecycle, post_mortems
from portal import clock
from portal.errors import DomainError
from portal.permissions import Access


def move(access: Access, *, incident: Incident, to: str, text: str = "", seen: int | None = None) -> Incident:
    """Sets where the incident stands, with what there is to say of it; `seen` is the revision the person read.

    Raises DomainError at `state` where something stands in the way, at `text` where a sentence lacks; Conflict.
    """
    with transaction.atomic():
        held = incident_heads.held(access, incident, seen=seen)
        standing = queries.standing(access, held)
        if errors := lifecycle.move_refusals(standing, to, text):
            raise DomainError.of(errors)
        words = f"{IncidentState(to).label}: {text.strip()}" if text.strip() else IncidentState(to).label
        fields = _moved(held, to)
        due = fields.get("post_mortem_due_on", held.post_mortem_due_on)
        facts: dict[str, Any] = {"state": to, "was": standing.state, "post_mortem_due_on": str(due) if due else None}
        line = Line(EntryKind.STATE, words)
        incident_heads.move_on(access, held, verbs.INCIDENT_MOVED, line, fields=fields, facts=facts)
        where = f"{held.label} on {held.service.name}"
        incident_notices.to_teams(access, held, "state", f"{where} is {IncidentState(to).label.lower()}: {held.title}")
        if to == IncidentState.CLOSED:
            playbook_runs.record(access, held)
    return held


def change_severity(
    access: Access | None, *, incident: Incident, severity: int, text: str, seen: int | None = None
) -> Incident:
    """Changes how bad it is, with the reason (`access` None: its playbook does); what the worst of it owes stays owed.

    Raises DomainError at `severity` or `text`; Conflict as `move`.
    """
    with transaction.atomic():
        held = incident_heads.held(access, incident, seen=seen)
        if errors := lifecycle.severity_refusals(queries.standing(access, held), severity, text):
            raise DomainError.of(errors)
        was = int(held.severity)
        fields: dict[str, Any] = {"severity": severity}
        fields["post_mortem_due_on"] = _due_on(held, min(severity, held.worst_severity), held.resolved_at)
        words = f"{Severity(was).label} → {Severity(severity).label}: {text.strip()}"
        line, facts = Line(EntryKind.SEVERITY, words), {"severity": severity, "was": was}
        incident_heads.move_on(access, held, verbs.INCIDENT_SEVERITY_CHANGED, line, fields=fields, facts=facts)
        incident_notices.to_teams(
            access, held, "severity", f"{held.label} on {held.service.name} is sev-{severity} now: {held.title}"
        )
    return held


def _moved(incident: Incident, to: str) -> dict[str, Any]:
    now = clock.now()
    fields: dict[str, Any] = {"state": to}
    match to:
        case IncidentState.MITIGATED:
            fields["mitigated_at"] = now
        case IncidentState.RESOLVED:
            fields |= {"mitigated_at": incident.mitigated_at or now, "resolved_at": now, "next_word_at": None}
            fields["post_mortem_due_on"] = _due_on(incident, incident.worst_severity, now)
        case IncidentState.CLOSED:
            fields["closed_at"] = now
        case IncidentState.INVESTIGATING:
            fields |= {"mitigated_at": None, "resolved_at": None}
    return fields


def _due_on(incident: Incident, severity: int, resolved_at: datetime.datetime | None) -> datetime.date | None:
    """By when its post-mortem is due, in the team's days; None until it was resolved, or where it owes none.

    A day that was said once stays: neither opening it again nor another severity puts it off.
    """
    said: datetime.date | None = incident.post_mortem_due_on
    if resolved_at is None or severity not in lifecycle.NEEDS_POST_MORTEM:
        return said
    day = clock.today_in(incident.service.team.time_zone, resolved_at)
    due = post_mortems.due_on(day, settings.POST_MORTEM_DAYS[severity])
    return min(said, due) if said else due
