"""Incidents, made by the product's own actions."""

from typing import Any

from incidents.actions import incident_reach, incident_states, incidents, post_mortems, timelines
from incidents.actions.incidents import NewIncident
from incidents.choices import IncidentState
from incidents.models import Incident, PostMortem
from portal.actions.documents import Written
from portal.models import User
from readiness.models import Service
from tests.factories import portal

ACCOUNT = {"summary": "Answers were late.", "impact": "310 people waited.", "root_cause": "A cache without a limit."}


def declared(of: Service, by: User | None = None, **said: Any) -> Incident:
    """An incident of the service, declared by its owner: sev-2 unless the test says otherwise."""
    defaults: dict[str, Any] = {"title": "Answers come late", "severity": 2, "text": "Support sees it since noon."}
    return incidents.declare(portal.access(by or of.owner), service=of, new=NewIncident(**{**defaults, **said}))


def again(incident: Incident) -> Incident:
    """The incident as it stands."""
    return Incident.objects.select_related("service__scope__team", "commander").get(pk=incident.pk)


def resolved(incident: Incident, by: User | None = None) -> Incident:
    """The same after somebody took command, did all steps and ended it."""
    who = by or incident.service.owner
    access = portal.access(who)
    if incident.commander is None:
        incident_reach.command(access, incident=incident, person=who)
    for step in incident.steps_followed.steps:
        timelines.step(access, incident=incident, number=step.number, did="done", text="Looked at, and it passed.")
    incident_states.move(access, incident=incident, to=IncidentState.RESOLVED, text="The limit is set.")
    return again(incident)


def explained(incident: Incident, by: User | None = None) -> PostMortem:
    """The published post-mortem of a resolved incident."""
    access = portal.access(by or incident.service.owner)
    found = post_mortems.begin(access, incident=again(incident), written=Written(ACCOUNT))
    post_mortems.publish(access, post_mortem=found, seen=1)
    return found
