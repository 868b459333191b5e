"""What is said of an incident besides its state: its title, when it began, the AI part, the runbook at hand."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from incidents import verbs
from incidents.actions import incident_heads
from incidents.actions.incident_heads import Line
from incidents.choices import EntryKind
from incidents.models import Incident, RunbookRevision
from incidents.rules import lifecycle
from portal import clock
from portal.errors import DomainError
from portal.permissions import Access
from portal.rules import texts
from readiness.models import ModelVersion, Release

WORDS = {
    "title": "the title",
    "harm": "the harm",
    "affected_groups": "who is affected",
    "model_version": "the model version",
    "release": "the release",
    "started_at": "when it began",
    "runbook_revision": "the runbook at hand",
}


@dataclass(frozen=True)
class Facts:
    """What is said of an incident besides its state; None leaves a field as it is."""

    title: str | None = None
    harm: str | None = None
    affected_groups: str | None = None
    model_version: ModelVersion | None = None
    release: Release | None = None
    started_at: datetime.datetime | None = None


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


def _change_refusals(incident: Incident, facts: Facts) -> texts.Refusals:
    found = refusals(facts.harm, facts.affected_groups)
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
        line = Line(
            EntryKind.RUNBOOK, f"Runbook at hand: {runbook.title}, revision {revision.number}.", about=runbook.service
        )
        facts: dict[str, Any] = {"fields": ["runbook_revision"]}
        fields = {"runbook_revision": revision}
        incident_heads.move_on(access, held, verbs.INCIDENT_CHANGED, line, fields=fields, facts=facts)
    return held


def refusals(harm: str | None, groups: str | None) -> texts.Refusals:
    """What is wrong with the harm and with who is affected, as they were typed; by their fields."""
    said = {"harm": harm or "", "affected_groups": groups or ""}
    return {name: [words] for name, text in said.items() if (words := lifecycle.text_refusal(text, ""))}
