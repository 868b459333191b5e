"""How every act on an incident is written: held, moved on from what was seen, recorded, told in its timeline.

The head row is moved by an update that names the revision it was read at, so that of two acts at once the second is
told; the timeline and the revisions only grow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from incidents.choices import Audience, EntryKind
from incidents.models import Incident, IncidentRevision, TimelineEntry
from incidents.queries import incidents as queries
from incidents.rules import withheld
from portal import audit, canonical, clock, permissions, revisions
from portal.audit import Fact, Verb
from portal.errors import Conflict
from portal.models.audit import AuditEvent
from portal.permissions import Access, Capability
from readiness.actions import status
from readiness.models import Service


@dataclass(frozen=True)
class Line:
    """What the timeline says of an act; `about` is the service that it tells of, where it may be another one."""

    kind: EntryKind
    text: str
    audience: Audience = Audience.TIMELINE
    about: Service | None = None

    def other(self, incident: Incident) -> Service | None:
        """The service that it tells of, where that is not the incident's own."""
        return None if self.about is None or self.about.pk == incident.service_id else self.about

    def recorded(self, incident: Incident) -> str:
        """What the record says for good: of another service, which may be restricted now or later, no word."""
        return withheld.line(self.kind, withheld.ANOTHER) if self.other(incident) else self.text


def held(access: Access | None, incident: Incident, *, seen: int | None = None) -> Incident:
    """The incident as it stands now, locked where the database can, for who may respond to it (None: the portal).

    `seen` is the revision the person read, where the act rests on it: Conflict when somebody was faster. Raises
    NotPermitted for who answers neither for its service nor for one it affects. Call it in the act's transaction.
    """
    status.hold_by_key(queries.service_ids(incident))
    standing = _locked(incident)
    require(access, standing)
    if seen is not None and seen != standing.revision:
        raise Conflict("Somebody changed this incident in between. Look at what stands now, then do it again.")
    return standing


def require(access: Access | None, incident: Incident) -> None:
    """Raises NotPermitted unless the person answers for the incident in one of its teams."""
    if access is None:
        return
    permissions.require_writing(access)
    if not queries.may_respond(access, incident):
        permissions.require(access, Capability.INCIDENT_RESPOND, incident.service.scope)


def _locked(incident: Incident) -> Incident:
    Incident.objects.select_for_update().values_list("pk").get(pk=incident.pk)
    related = ("service__scope__team", "commander", "post_mortem", "model_version", "release", "runbook_revision")
    return Incident.objects.select_related(*related).get(pk=incident.pk)


def move_on(
    access: Access | None,
    incident: Incident,
    verb: Verb,
    line: Line,
    *,
    fields: Mapping[str, Any],
    facts: Mapping[str, Fact] | None = None,
    texts: Mapping[str, str] | None = None,
) -> TimelineEntry:
    """Writes these columns as the next revision of a held incident, with its event and its line in the timeline."""
    for name, value in fields.items():
        setattr(incident, name, value)
    incident.worst_severity = min(incident.worst_severity, int(incident.severity))
    incident.revision += 1
    incident.content_digest = canonical.digest(incident.governed_content())
    incident.remind_at = incident.reminder(clock.now()).next_at
    derived = ("revision", "worst_severity", "content_digest", "remind_at")
    written = {**fields, **{name: getattr(incident, name) for name in derived}}
    if not Incident.objects.filter(pk=incident.pk, revision=incident.revision - 1).update(**written):
        raise Conflict("Somebody changed this incident at the same moment. Look at what stands now, then do it again.")
    for service in touched(incident):
        status.refresh(service)
    kept: dict[str, Fact] = {**(facts or {}), "revision": incident.revision, "digest": incident.content_digest}
    event = _recorded(access, incident, verb, kept, {"text": line.recorded(incident), **(texts or {})})
    revisions.add(IncidentRevision, incident, incident.governed_content(), event, access)
    return _told(access, incident, line, event)


def say(
    access: Access | None,
    incident: Incident,
    verb: Verb,
    line: Line,
    *,
    facts: Mapping[str, Fact] | None = None,
    texts: Mapping[str, str] | None = None,
) -> TimelineEntry:
    """Adds a line to the timeline with its event; the head stays as it is."""
    event = _recorded(access, incident, verb, facts or {}, {"text": line.recorded(incident), **(texts or {})})
    return _told(access, incident, line, event)


def touched(incident: Incident) -> list[Service]:
    """Its service and those it affects: one statement."""
    return [incident.service, *(row.service for row in queries.affected(incident))]


def known_by(incident: Incident) -> dict[str, Fact]:
    """By which facts the record knows it."""
    return {"service": incident.service.slug, "number": incident.number, "label": incident.label}


def _recorded(
    access: Access | None, incident: Incident, verb: Verb, facts: Mapping[str, Fact], texts: Mapping[str, str]
) -> AuditEvent:
    named: dict[str, Fact] = {**known_by(incident), **facts}
    words = {"title": incident.title, **texts}
    return audit.record(access, verb, incident, scope=incident.service.scope, facts=named, texts=words)


def _told(access: Access | None, incident: Incident, line: Line, event: AuditEvent) -> TimelineEntry:
    return TimelineEntry.objects.create(
        incident=incident,
        kind=line.kind,
        text=line.text,
        about=line.other(incident),
        audience=line.audience,
        by=access.person if access else None,
        at=event.at,
        event=event,
    )
