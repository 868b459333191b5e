"""Declaring an incident: what is known of it, and the playbook as it stands, frozen."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from incidents import verbs
from incidents.actions import incident_facts, incident_heads, incident_notices, incident_reach
from incidents.actions.incident_heads import Line
from incidents.actions.incident_reach import Touched
from incidents.choices import EntryKind
from incidents.models import AffectedService, AlertPlaybook, Incident
from incidents.queries import adapted_playbooks
from incidents.queries import incidents as queries
from incidents.rules import lifecycle, playbook_steps
from portal import canonical, clock, permissions
from portal.errors import Conflict, DomainError
from portal.models import User
from portal.models.base import next_number
from portal.permissions import Access, Capability
from portal.rules import texts
from readiness.actions import status
from readiness.models import ModelVersion, Service


@dataclass(frozen=True)
class NewIncident:
    """What is to be declared. `text` is what is known; `playbook` the key of the one that is followed, or empty.

    `started_at` is when the harm began; None: now.
    """

    title: str
    severity: int
    text: str
    playbook: str = ""
    affected: Sequence[Touched] = ()
    started_at: datetime.datetime | None = None
    commander: User | None = None
    model_version: ModelVersion | None = None
    harm: str = ""
    affected_groups: str = ""


def declare(access: Access | None, *, service: Service, new: NewIncident) -> Incident:
    """Declares an incident of a service; its teams are told. `access` None: an alert did, and the portal acts.

    The steps of the playbook are frozen in the words for the service. Raises DomainError at `title`, `severity`,
    `text`, `playbook`, `affected`, `started_at`, `commander` or `model_version`.
    """
    with transaction.atomic():
        if access is not None:
            permissions.require(access, Capability.INCIDENT_DECLARE, service.scope)
        status.hold(service, *(one.service for one in new.affected))
        playbook = AlertPlaybook.objects.filter(key=new.playbook).first() if new.playbook else None
        if errors := _refusals(access, service, new, playbook):
            raise DomainError.of(errors)
        incident = _begun(access, service, new, playbook)
        _declared(access, incident, new)
        incident_notices.to_teams(
            access,
            incident,
            "declared",
            f"{incident.label}, sev-{incident.severity}, on {service.name}: {incident.title}",
        )
    return incident


def _refusals(
    access: Access | None, service: Service, new: NewIncident, playbook: AlertPlaybook | None
) -> texts.Refusals:
    found = lifecycle.refusals(new.title, new.severity, new.text)
    if new.playbook and playbook is None:
        found["playbook"] = ["Choose a playbook of the list."]
    if new.started_at and new.started_at > clock.now():
        found["started_at"] = ["It cannot have begun in the future."]
    if new.model_version is not None and new.model_version.model.service_id != service.pk:
        found["model_version"] = ["Choose a version of this service’s models."]
    if words := incident_reach.affected_refusal(access, service, new.affected):
        found["affected"] = [words]
    if new.commander is not None and (
        words := incident_reach.commander_refusal(access, new.commander, service, new.affected)
    ):
        found["commander"] = [words]
    return found | incident_facts.refusals(new.harm, new.affected_groups)


def _begun(access: Access | None, service: Service, new: NewIncident, playbook: AlertPlaybook | None) -> Incident:
    now = clock.now()
    incident = Incident(
        service=service,
        number=next_number(service.incidents.all()),
        title=texts.tidied(new.title),
        severity=new.severity,
        worst_severity=new.severity,
        commander=new.commander,
        playbook=new.playbook,
        playbook_content=_frozen(service, playbook),
        model_version=new.model_version,
        harm=new.harm.strip(),
        affected_groups=new.affected_groups.strip(),
        started_at=new.started_at or now,
        declared_by=access.person if access else None,
        declared_at=now,
    )
    incident.content_digest = canonical.digest(incident.governed_content())
    try:
        with transaction.atomic():
            incident.save(force_insert=True)
    except IntegrityError as clash:
        raise Conflict("Another incident was declared at the same moment. Try again.") from clash
    rows = {
        one.service.pk: AffectedService(incident=incident, service=one.service, how=texts.tidied(one.how))
        for one in new.affected
    }
    AffectedService.objects.bulk_create(rows.values())
    return incident


def _frozen(service: Service, playbook: AlertPlaybook | None) -> str:
    """The steps that are followed: those of the service's team where it adapted the playbook, else those that ship."""
    if playbook is None:
        return ""
    adapted = adapted_playbooks.steps_for(service, playbook)
    return playbook_steps.frozen(playbook.playbook, is_third_party=service.traits.is_third_party, adapted=adapted)


def _declared(access: Access | None, incident: Incident, new: NewIncident) -> None:
    facts: dict[str, Any] = {
        "severity": int(incident.severity),
        "playbook": incident.playbook,
        "affected": sorted(str(one.service.public_id) for one in new.affected),
        "commander": str(incident.commander.public_id) if incident.commander else None,
    }
    line = Line(EntryKind.DECLARED, new.text.strip())
    incident_heads.move_on(access, incident, verbs.INCIDENT_DECLARED, line, fields={}, facts=facts)
    for statement in queries.playbook(incident).statements:
        said = Line(EntryKind.STEP, statement.words)
        incident_heads.say(None, incident, verbs.INCIDENT_NOTED, said, facts={"kind": str(EntryKind.STEP)})
