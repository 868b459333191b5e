"""What an incident exercised: the runbook at hand, and the run of it."""

from dataclasses import dataclass

from incidents.choices import EntryKind
from incidents.models import Incident, StepRun
from incidents.rules import playbook_runs as rules
from incidents.rules.playbook_runs import Ran, Ticked
from portal.models import User
from readiness.choices import EnvironmentKind
from readiness.models import Environment, Service


@dataclass(frozen=True)
class Run:
    """A run, with the person and the environment it was in."""

    ran: Ran
    person: User
    environment: Environment


def of(incident: Incident) -> Run | None:
    """The run that an incident was, where it counts as a drill of the runbook at hand: four statements."""
    revision = incident.runbook_revision
    if revision is None or incident.resolved_at is None:
        return None
    newest = {row.number: row for row in incident.steps.select_related("by").order_by("pk")}
    named = incident.timeline.filter(kind=EntryKind.RUNBOOK).order_by("-at", "-pk").values_list("at", flat=True).first()
    found = rules.ran(
        [_ticked(row) for row in newest.values()],
        at_hand=named or incident.declared_at,
        ended=incident.mitigated_at or incident.resolved_at,
        is_rollback=revision.subject.is_rollback,
    )
    environment = _production(revision.subject.service)
    if found is None or environment is None:
        return None
    people = {row.by_id: row.by for row in newest.values()}
    return Run(found, people[found.by], environment)


def _ticked(row: StepRun) -> Ticked:
    return Ticked(row.did, row.by_id, row.at)


def _production(service: Service) -> Environment | None:
    return Environment.objects.filter(service=service, kind=EnvironmentKind.PRODUCTION).order_by("pk").first()
