"""Whom an incident reaches: the services it affects, and who has command of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from incidents import verbs
from incidents.actions import incident_heads, incident_notices
from incidents.actions.incident_heads import Line
from incidents.choices import EntryKind
from incidents.models import AffectedService, Incident
from incidents.queries import commanders
from incidents.queries import incidents as queries
from incidents.rules import lifecycle
from portal import access as portal_access
from portal.errors import DomainError
from portal.models import User
from portal.permissions import Access
from portal.rules import texts
from readiness.actions import status
from readiness.models import Service

MOST_AFFECTED = 50
LONGEST_HOW = 200


@dataclass(frozen=True)
class Touched:
    """Another service that an incident affects, and how."""

    service: Service
    how: str = ""


def command(access: Access, *, incident: Incident, person: User, text: str = "", seen: int | None = None) -> Incident:
    """Gives command to somebody of the affected teams; oneself: takes it. Who had it and hands it over may say why.

    Raises DomainError at `commander` for who has it already, or who may not see it and respond, as the giver knows.
    """
    with transaction.atomic():
        held = incident_heads.held(access, incident, seen=seen)
        others = [Touched(row.service) for row in queries.affected(held)]
        refusal = commander_refusal(access, person, held.service, others)
        if held.commander_id == person.pk:
            refusal = f"{person.name} has command already."
        if refusal:
            raise DomainError.of({"commander": [refusal]})
        if words := lifecycle.text_refusal(text, ""):
            raise DomainError.of({"text": [words]})
        was = held.commander.name if held.commander else "nobody"
        said = f"{was} → {person.name}" + (f", {text.strip()}" if text.strip() else "")
        line, facts = Line(EntryKind.COMMANDER, said), {"person": str(person.public_id)}
        fields = {"commander": person}
        named = {"name": person.name}
        incident_heads.move_on(access, held, verbs.INCIDENT_COMMANDED, line, fields=fields, facts=facts, texts=named)
        subject = f"You have command of {held.label} on {held.service.name}: {held.title}"
        incident_notices.to_people(access, held, [person], "command", subject)
    return held


def affect(access: Access | None, *, incident: Incident, touched: Touched) -> AffectedService:
    """Names another service that it affects; its team may respond from then on. Raises DomainError at `affected`."""
    with transaction.atomic():
        status.hold(incident.service, touched.service)
        held = incident_heads.held(access, incident)
        touched = replace(touched, how=texts.tidied(touched.how))
        refusal = affected_refusal(access, held.service, [touched])
        if not refusal and held.affects.filter(service=touched.service).exists():
            refusal = f"{touched.service.name} is named already."
        if refusal:
            raise DomainError.of({"affected": [refusal]})
        row = AffectedService.objects.create(incident=held, service=touched.service, how=touched.how)
        status.refresh(touched.service)
        said = f"{touched.service.name} is affected" + (f": {touched.how}" if touched.how else ".")
        line = Line(EntryKind.SERVICE, said, about=touched.service)
        facts = {"affected": [str(touched.service.public_id)]}
        incident_heads.say(access, held, verbs.INCIDENT_AFFECTED, line, facts=facts)
        _tell_of(access, held, touched.service)
    return row


def _tell_of(access: Access | None, incident: Incident, service: Service) -> None:
    """Tells the team of a service that it is affected, by its name; the others that one more is."""
    where, key = f"{incident.label} on {incident.service.name}", f"affects-{service.public_id}"
    own, others = queries.told_of(incident, service)
    subject = f"{where} affects {service.name}: {incident.title}"
    incident_notices.to_people(access, incident, own, key, subject)
    incident_notices.to_people(access, incident, others, key, f"{where} affects one more service: {incident.title}")


def affected_refusal(access: Access | None, service: Service, affected: Sequence[Touched]) -> str:
    """Why these services cannot be named beside the one it began in; empty when they can."""
    if len({one.service.pk for one in affected}) > MOST_AFFECTED:
        return f"At most {MOST_AFFECTED} services."
    if any(one.service.pk == service.pk for one in affected):
        return "It began in this service: name the others it affects."
    if access is not None and not all(access.sees(one.service.scope) for one in affected):
        return "Choose services of the list."
    return next((words for one in affected if (words := texts.refusal(one.how, LONGEST_HOW))), "")


def commander_refusal(access: Access | None, person: User, service: Service, affected: Sequence[Touched]) -> str:
    """Why this person cannot have command; empty when they can. It does not tell of services the asker may not see."""
    seen = [one.service for one in affected if access is None or access.sees(one.service.scope)]
    if commanders.may_lead(portal_access.access_of(person), service, seen):
        return ""
    return f"{person.name} may not see this incident, or responds in none of the affected teams."
