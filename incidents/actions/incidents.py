"""Declaring an incident, taking command, moving it on, and changing what is said of it."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from incidents import verbs
from incidents.actions import incident_heads, playbook_runs
from incidents.actions.incident_heads import Line
from incidents.choices import EntryKind, IncidentState, Severity
from incidents.models import AffectedService, AlertPlaybook, Incident, RunbookRevision
from incidents.queries import adapted_playbooks
from incidents.queries import incidents as queries
from incidents.rules import lifecycle, playbook_steps, post_mortems
from portal import access as portal_access
from portal import canonical, clock, notifications, permissions
from portal.errors import Conflict, DomainError
from portal.models import User
from portal.permissions import Access, Capability
from portal.rules import texts
from readiness.actions import status
from readiness.models import ModelVersion, Release, Service
from readiness.models.reviews import next_number

MOST_AFFECTED = 50
LONGEST_HOW = 200


@dataclass(frozen=True)
class Touched:
    """Another service that an incident affects, and how."""

    service: Service
    how: str = ""


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


@dataclass(frozen=True)
class Facts:
    """What is said of an incident besides its state; None leaves a field as it is."""

    title: str | None = None
    harm: str | None = None
    affected_groups: str | None = None
    model_version: ModelVersion | None = None
    release: Release | None = None
    started_at: datetime.datetime | None = None


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
        _tell(
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
    if words := _affected_refusal(access, service, new.affected):
        found["affected"] = [words]
    if new.commander is not None and (words := _commander_refusal(new.commander, service, new.affected)):
        found["commander"] = [words]
    return found | _facts_refusals(new.harm, new.affected_groups)


def _facts_refusals(harm: str | None, groups: str | None) -> texts.Refusals:
    said = {"harm": harm or "", "affected_groups": groups or ""}
    return {name: [words] for name, text in said.items() if (words := lifecycle.text_refusal(text, ""))}


def _affected_refusal(access: Access | None, service: Service, affected: Sequence[Touched]) -> str:
    if len({one.service.pk for one in affected}) > MOST_AFFECTED:
        return f"At most {MOST_AFFECTED} services."
    if any(one.service.pk == service.pk for one in affected):
        return "It began in this service: name the others it affects."
    if access is not None and not all(access.sees(one.service.scope) for one in affected):
        return "Choose services of the list."
    return next((words for one in affected if (words := texts.refusal(one.how, LONGEST_HOW))), "")


def _commander_refusal(person: User, service: Service, affected: Sequence[Touched]) -> str:
    teams = {service.scope.team_id, *(one.service.scope.team_id for one in affected)}
    may = portal_access.access_of(person)
    if any(may.can(Capability.INCIDENT_RESPOND, team) for team in teams):
        return ""
    return f"{person.name} is in none of the affected teams as somebody who may respond."


def _begun(access: Access | None, service: Service, new: NewIncident, playbook: AlertPlaybook | None) -> Incident:
    now = clock.now()
    incident = Incident(
        service=service,
        number=next_number(service.incidents.all()),
        title=texts.tidied(new.title),
        severity=new.severity,
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
        "affected": sorted(one.service.slug for one in new.affected),
        "commander": str(incident.commander.public_id) if incident.commander else None,
    }
    line = Line(EntryKind.DECLARED, new.text.strip())
    incident_heads.move_on(access, incident, verbs.INCIDENT_DECLARED, line, fields={}, facts=facts)
    for statement in queries.playbook(incident).statements:
        said = Line(EntryKind.STEP, statement.words)
        incident_heads.say(None, incident, verbs.INCIDENT_NOTED, said, facts={"kind": str(EntryKind.STEP)})


def move(access: Access, *, incident: Incident, to: str, text: str = "", seen: int | None = None) -> Incident:
    """Sets where the incident stands, with what there is to say of it; `seen` is the revision the person read.

    Raises DomainError at `state` where something stands in the way, at `text` where a sentence lacks; Conflict.
    """
    with transaction.atomic():
        held = incident_heads.held(access, incident, seen=seen)
        standing = queries.standing(held)
        if errors := lifecycle.move_refusals(standing, to, text):
            raise DomainError.of(errors)
        words = f"{IncidentState(to).label}: {text.strip()}" if text.strip() else IncidentState(to).label
        fields = _moved(held, to)
        due = fields.get("post_mortem_due_on", held.post_mortem_due_on)
        facts: dict[str, Any] = {"state": to, "was": standing.state, "post_mortem_due_on": str(due) if due else None}
        line = Line(EntryKind.STATE, words)
        incident_heads.move_on(access, held, verbs.INCIDENT_MOVED, line, fields=fields, facts=facts)
        where = f"{held.label} on {held.service.name}"
        _tell(access, held, "state", f"{where} is {IncidentState(to).label.lower()}: {held.title}")
        if to == IncidentState.CLOSED:
            playbook_runs.record(access, held)
    return held


def _moved(incident: Incident, to: str) -> dict[str, Any]:
    now = clock.now()
    fields: dict[str, Any] = {"state": to}
    match to:
        case IncidentState.MITIGATED:
            fields["mitigated_at"] = now
        case IncidentState.RESOLVED:
            fields |= {"mitigated_at": incident.mitigated_at or now, "resolved_at": now, "next_word_at": None}
            fields["post_mortem_due_on"] = _due_on(incident, int(incident.severity), now)
        case IncidentState.CLOSED:
            fields["closed_at"] = now
        case IncidentState.INVESTIGATING:
            fields |= {"mitigated_at": None, "resolved_at": None, "post_mortem_due_on": None}
    return fields


def _due_on(incident: Incident, severity: int, resolved_at: datetime.datetime | None) -> datetime.date | None:
    """By when its post-mortem is due, in the team's days; None while it is open or owes none."""
    if resolved_at is None or severity not in lifecycle.NEEDS_POST_MORTEM:
        return None
    day = clock.today_in(incident.service.team.time_zone, resolved_at)
    return post_mortems.due_on(day, settings.POST_MORTEM_DAYS[severity])


def change_severity(
    access: Access, *, incident: Incident, severity: int, text: str, seen: int | None = None
) -> Incident:
    """Changes how bad it is, with the reason. Raises DomainError at `severity` or `text`; Conflict as `move`."""
    with transaction.atomic():
        held = incident_heads.held(access, incident, seen=seen)
        if errors := lifecycle.severity_refusals(queries.standing(held), severity, text):
            raise DomainError.of(errors)
        was = int(held.severity)
        fields: dict[str, Any] = {"severity": severity}
        fields["post_mortem_due_on"] = _due_on(held, severity, held.resolved_at)
        words = f"{Severity(was).label} → {Severity(severity).label}: {text.strip()}"
        line, facts = Line(EntryKind.SEVERITY, words), {"severity": severity, "was": was}
        incident_heads.move_on(access, held, verbs.INCIDENT_SEVERITY_CHANGED, line, fields=fields, facts=facts)
        _tell(access, held, "severity", f"{held.label} on {held.service.name} is sev-{severity} now: {held.title}")
    return held


def command(access: Access, *, incident: Incident, person: User, text: str = "", seen: int | None = None) -> Incident:
    """Gives command to somebody of the affected teams; oneself: takes it. Who had it and hands it over may say why.

    Raises DomainError at `commander` for who may not respond, or has it already.
    """
    with transaction.atomic():
        held = incident_heads.held(access, incident, seen=seen)
        others = [Touched(row.service) for row in queries.affected(held)]
        refusal = _commander_refusal(person, held.service, others)
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
        _notice(access, held, [person], "command", subject)
    return held


def change(access: Access, *, incident: Incident, facts: Facts, seen: int | None = None) -> Incident:
    """Changes what is said of it: the title, when it began, the AI part. Raises DomainError at the fields' names."""
    with transaction.atomic():
        held = incident_heads.held(access, incident, seen=seen)
        fields = {
            name: texts.tidied(value) if name == "title" else value.strip() if isinstance(value, str) else value
            for name, value in vars(facts).items()
            if value is not None
        }
        fields = {name: value for name, value in fields.items() if value != getattr(held, name)}
        if errors := _change_refusals(held, facts):
            raise DomainError.of(errors)
        if not fields:
            return held
        line = Line(EntryKind.NOTE, f"Changed: {', '.join(WORDS[name] for name in fields)}.")
        named: dict[str, Any] = {"fields": sorted(fields)}
        incident_heads.move_on(access, held, verbs.INCIDENT_CHANGED, line, fields=fields, facts=named)
    return held


WORDS = {
    "title": "the title",
    "harm": "the harm",
    "affected_groups": "who is affected",
    "model_version": "the model version",
    "release": "the release",
    "started_at": "when it began",
    "runbook_revision": "the runbook at hand",
}


def _change_refusals(incident: Incident, facts: Facts) -> texts.Refusals:
    found = _facts_refusals(facts.harm, facts.affected_groups)
    if facts.title is not None:
        checked = lifecycle.refusals(facts.title, int(incident.severity), "said")
        found |= {name: words for name, words in checked.items() if name == "title"}
    if facts.started_at is not None and facts.started_at > clock.now():
        found["started_at"] = ["It cannot have begun in the future."]
    version, release = facts.model_version, facts.release
    if version is not None and version.model.service_id != incident.service_id:
        found["model_version"] = ["Choose a version of this service’s models."]
    if release is not None and release.service_id != incident.service_id:
        found["release"] = ["Choose a release of this service."]
    return found


def name_runbook(
    access: Access | None, *, incident: Incident, revision: RunbookRevision, seen: int | None = None
) -> Incident:
    """Names the runbook at hand, in the revision that is followed. Raises DomainError at `runbook`."""
    with transaction.atomic():
        held = incident_heads.held(access, incident, seen=seen)
        runbook = revision.subject
        if runbook.service_id not in {one.pk for one in incident_heads.touched(held)}:
            raise DomainError.of({"runbook": ["Choose a runbook of an affected service."]})
        if held.runbook_revision_id == revision.pk:
            return held
        line = Line(EntryKind.RUNBOOK, f"Runbook at hand: {runbook.title}, revision {revision.number}.")
        facts: dict[str, Any] = {"fields": ["runbook_revision"]}
        fields = {"runbook_revision": revision}
        incident_heads.move_on(access, held, verbs.INCIDENT_CHANGED, line, fields=fields, facts=facts)
    return held


def affect(access: Access | None, *, incident: Incident, touched: Touched) -> AffectedService:
    """Names another service that it affects; its team may respond from then on. Raises DomainError at `affected`."""
    with transaction.atomic():
        status.hold(incident.service, touched.service)
        held = incident_heads.held(access, incident)
        touched = replace(touched, how=texts.tidied(touched.how))
        refusal = _affected_refusal(access, held.service, [touched])
        if not refusal and held.affects.filter(service=touched.service).exists():
            refusal = f"{touched.service.name} is named already."
        if refusal:
            raise DomainError.of({"affected": [refusal]})
        row = AffectedService.objects.create(incident=held, service=touched.service, how=touched.how)
        status.refresh(touched.service)
        said = f"{touched.service.name} is affected" + (f": {touched.how}" if touched.how else ".")
        line, facts = Line(EntryKind.SERVICE, said), {"affected": [touched.service.slug]}
        incident_heads.say(access, held, verbs.INCIDENT_AFFECTED, line, facts=facts)
        subject = f"{held.label} on {held.service.name} affects {touched.service.name}: {held.title}"
        _tell(access, held, f"affects-{touched.service.slug}", subject)
    return row


def _tell(access: Access | None, incident: Incident, about: str, subject: str) -> None:
    _notice(access, incident, queries.told(incident), about, subject)


def _notice(access: Access | None, incident: Incident, people: Sequence[User], key: str, subject: str) -> None:
    notifications.notify(
        people,
        kind="incident",
        key=f"incident-{incident.public_id}-{incident.revision}-{key}",
        subject=subject,
        url=incident.get_absolute_url(),
        scope=incident.service.scope,
        by=access,
    )
