"""A run of a playbook counts as a drill of the runbook that was at hand: recorded when the incident is closed."""

from typing import Any

from django.conf import settings
from django.db import transaction

from incidents import verbs
from incidents.actions import incident_heads, runbooks
from incidents.actions.incident_heads import Line
from incidents.choices import EntryKind
from incidents.models import Incident
from incidents.queries import playbook_runs as queries
from incidents.queries.playbook_runs import Run
from portal.errors import DomainError
from portal.permissions import Access, Capability
from readiness.actions.drills import Rehearsal
from readiness.choices import DrillKind, DrillResult
from readiness.models import Drill

UNNAMED = "as it ran"


def record(access: Access, incident: Incident) -> Drill | None:
    """Puts the run on record as a drill, and says so in the timeline; None where there was none that counts.

    Call it in the transaction that closes a held incident. Who closes it without the right to record drills of the
    runbook's service records none: it can still be recorded on the page of the runbook.
    """
    run, revision = queries.of(incident), incident.runbook_revision
    if run is None or revision is None or not access.can(Capability.DRILL_RECORD, revision.subject.scope.team_id):
        return None
    try:
        with transaction.atomic():
            drill = runbooks.record_drill(
                access, runbook=revision.subject, revision=revision.number, rehearsal=_rehearsal(incident, run)
            )
    except DomainError:  # whoever ran it no longer sees the service: closing does not wait for that
        return None
    said = f"Counts as a drill of {revision.subject.title}, revision {revision.number}: {run.person.name}, "
    line = Line(EntryKind.RUNBOOK, f"{said}{run.ran.minutes:f} minutes.", about=revision.subject.service)
    facts: dict[str, Any] = {"kind": str(EntryKind.RUNBOOK)}
    incident_heads.say(None, incident, verbs.INCIDENT_NOTED, line, facts=facts)
    return drill


def _rehearsal(incident: Incident, run: Run) -> Rehearsal:
    version = incident.model_version.version if incident.model_version else ""
    ran_on = version or (incident.release.label if incident.release else UNNAMED)
    ended = incident.mitigated_at or incident.resolved_at
    return Rehearsal(
        kind=DrillKind.RUNBOOK,
        environment=run.environment,
        from_version=ran_on,
        to_version=ran_on,
        performed_by=run.person,
        performed_at=ended or incident.declared_at,
        result=DrillResult.PASSED,
        minutes=run.ran.minutes,
        note=f"Run in {incident.label}: {incident.title}",
        link=f"{settings.BASE_URL}{incident.get_absolute_url()}",
    )
