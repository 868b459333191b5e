"""Incidents as evidence: each as it stands, and as it stood at the revision that somebody rested on."""

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery

from incidents.choices import IncidentState, Severity
from incidents.models import Incident, IncidentRevision
from portal import clock
from portal.models import User
from readiness.extension_points import EvidenceDocument
from readiness.models import ModelVersion, Service


@dataclass(frozen=True)
class Fact:
    """One thing that a revision says: its name, and its value as words or as a moment."""

    label: str
    words: str = ""
    at: datetime.datetime | None = None


@dataclass(frozen=True)
class Stood:
    """An incident as one of its revisions has it: all that its digest is of and that says something."""

    number: int
    digest: str
    who: str
    at: datetime.datetime
    facts: Sequence[Fact]


def as_evidence(service: Service) -> list[EvidenceDocument]:
    """The incidents that began in a service as evidence, the newest first: one statement.

    What affects it from elsewhere is not among them: who sees this service need not see that one.
    """
    standing = IncidentRevision.objects.filter(subject=OuterRef("pk"), number=OuterRef("revision"))
    found = Incident.objects.filter(service=service).annotate(changed_at=Subquery(standing.values("event__at")[:1]))
    rows: Any = found.select_related("service__scope__team", "model_version").order_by("-declared_at", "-pk")
    return [
        EvidenceDocument(
            public_id=row.public_id,
            title=f"{row.label}, {row}",
            revision=row.revision,
            digest=row.content_digest,
            url=f"{row.get_absolute_url()}?revision={row.revision}",
            seen_on=clock.today_in(row.service.team.time_zone, row.changed_at),
            model_version=row.model_version,
        )
        for row in rows
    ]


def stood(incident: Incident, number: int) -> Stood | None:
    """One of its revisions; None where there is none of this number: three statements at most."""
    row = incident.revisions.select_related("author", "event").filter(number=number).first()
    if row is None:
        return None
    who = row.author.name if row.author else "the portal"
    return Stood(row.number, row.digest, who, row.event.at, [one for one in _facts(row) if one.words or one.at])


def _facts(row: IncidentRevision) -> list[Fact]:
    content = json.loads(row.content)
    moments = {
        "Began": "started_at",
        "No more harm": "mitigated_at",
        "Resolved": "resolved_at",
        "Closed": "closed_at",
    }
    return [
        Fact("What is wrong", content["title"]),
        Fact("Severity", Severity(content["severity"]).label),
        Fact("State", IncidentState(content["state"]).label),
        Fact("Commander", _name(content["commander"])),
        *(Fact(label, at=_moment(content[key])) for label, key in moments.items()),
        Fact("Model", _model(content["model_version"])),
        Fact("Harm", content["harm"]),
        Fact("Affected groups", content["affected_groups"]),
    ]


def _moment(said: str | None) -> datetime.datetime | None:
    return datetime.datetime.fromisoformat(said) if said else None


def _name(public_id: str | None) -> str:
    if not public_id:
        return "nobody"
    return User.objects.filter(public_id=public_id).values_list("name", flat=True).first() or ""


def _model(public_id: str | None) -> str:
    found = ModelVersion.objects.select_related("model").filter(public_id=public_id).first() if public_id else None
    return str(found) if found else ""
