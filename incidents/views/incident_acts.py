"""What is done to an incident on a page of its own: how the page is called, what it asks, and what it then does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django import forms

from incidents.actions import incident_facts, incident_reach, incident_states
from incidents.actions.incident_facts import Facts
from incidents.actions.incident_reach import Touched
from incidents.forms.incidents import AffectedForm, CommandForm, FactsForm, MoveForm, RunbookForm, SeverityForm
from incidents.models import Incident
from incidents.queries import runbooks
from portal.doors import PortalRequest


@dataclass(frozen=True)
class Act:
    """One of them. `do` gets what the form found valid; it raises DomainError where the rules refuse it."""

    title: str
    form: Callable[[PortalRequest, Incident], forms.Form]
    do: Callable[[PortalRequest, Incident, dict[str, Any]], object]


def _move_form(request: PortalRequest, incident: Incident) -> forms.Form:
    initial = {"seen": incident.revision, "state": request.GET.get("to", "")}
    return MoveForm(request.POST or None, incident=incident, initial=initial)


def _move(request: PortalRequest, incident: Incident, data: dict[str, Any]) -> None:
    incident_states.move(request.access, incident=incident, to=data["state"], text=data["text"], seen=data["seen"])


def _severity_form(request: PortalRequest, incident: Incident) -> forms.Form:
    initial = {"seen": incident.revision, "severity": incident.severity}
    return SeverityForm(request.POST or None, initial=initial)


def _severity(request: PortalRequest, incident: Incident, data: dict[str, Any]) -> None:
    incident_states.change_severity(
        request.access, incident=incident, severity=data["severity"], text=data["text"], seen=data["seen"]
    )


def _command_form(request: PortalRequest, incident: Incident) -> forms.Form:
    initial = {"seen": incident.revision}
    return CommandForm(request.POST or None, incident=incident, access=request.access, initial=initial)


def _command(request: PortalRequest, incident: Incident, data: dict[str, Any]) -> None:
    incident_reach.command(
        request.access, incident=incident, person=data["commander"], text=data["text"], seen=data["seen"]
    )


def _facts_form(request: PortalRequest, incident: Incident) -> forms.Form:
    return FactsForm(request.POST or None, incident=incident)


def _facts(request: PortalRequest, incident: Incident, data: dict[str, Any]) -> None:
    facts = Facts(**{name: value for name, value in data.items() if name != "seen"})
    incident_facts.change(request.access, incident=incident, facts=facts, seen=data["seen"])


def _runbook_form(request: PortalRequest, incident: Incident) -> forms.Form:
    initial = {"seen": incident.revision}
    return RunbookForm(request.POST or None, incident=incident, access=request.access, initial=initial)


def _runbook(request: PortalRequest, incident: Incident, data: dict[str, Any]) -> None:
    revision = runbooks.standing_revision(data["runbook"])
    incident_facts.name_runbook(request.access, incident=incident, revision=revision, seen=data["seen"])


def _affected_form(request: PortalRequest, incident: Incident) -> forms.Form:
    return AffectedForm(request.POST or None, incident=incident, access=request.access)


def _affected(request: PortalRequest, incident: Incident, data: dict[str, Any]) -> None:
    incident_reach.affect(request.access, incident=incident, touched=Touched(data["affected"], data["how"]))


ACTS: Mapping[str, Act] = MappingProxyType(
    {
        "move": Act("Where it stands now", _move_form, _move),
        "severity": Act("Change its severity", _severity_form, _severity),
        "command": Act("Hand over command", _command_form, _command),
        "facts": Act("Change what is said of it", _facts_form, _facts),
        "runbook": Act("Name the runbook at hand", _runbook_form, _runbook),
        "affected": Act("Name another affected service", _affected_form, _affected),
    }
)
"""By the word in their address."""
