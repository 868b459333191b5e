"""Runbooks for tests: the way back of a service, and others."""

import datetime
from decimal import Decimal
from typing import Any

from incidents.actions import runbooks
from incidents.actions.runbooks import Terms
from incidents.models import Runbook
from portal import clock
from portal.actions.documents import Written
from portal.models import User
from readiness.actions.drills import Rehearsal
from readiness.models import Drill, Service
from tests.factories import portal

CONTENT: dict[str, Any] = {
    "purpose": "Puts the last good release back.",
    "steps": [
        {"do": "Ask the gate", "command": "curl -sS $GATE", "expect": "`allow`"},
        {"do": "Go back", "command": "promote 3.1.0"},
    ],
    "verification": [{"check": "40 of 40 golden questions", "command": "smoke"}],
    "escalation": [{"who": "On call", "reached": "+49 30 5550142"}],
}


def runbook(
    service: Service, by: User, title: str = "Roll back", *, is_rollback: bool = True, **changed: Any
) -> Runbook:
    """A runbook of a service."""
    terms = Terms(title, is_rollback, Decimal(15))
    return runbooks.begin(portal.access(by), service=service, terms=terms, written=Written({**CONTENT, **changed}))


def again(runbook: Runbook) -> Runbook:
    """The runbook as it stands."""
    return Runbook.objects.select_related("service__scope__team", "keeper").get(pk=runbook.pk)


def revise(runbook: Runbook, by: User, *, seen: int | None = None, note: str = "", **changed: Any) -> list[str]:
    """Its next revision; what is not named stays as it is."""
    found = again(runbook)
    terms = Terms(found.title, found.is_rollback, found.target_minutes)
    written = Written({**found.content, **changed}, note)
    return runbooks.revise(
        portal.access(by), runbook=found, terms=terms, written=written, seen=found.revision if seen is None else seen
    )


def drill(runbook: Runbook, by: User, *, revision: int = 1, **told: Any) -> Drill:
    """A drill of it in staging, passed an hour ago."""
    defaults: dict[str, Any] = {
        "kind": "rollback" if runbook.is_rollback else "runbook",
        "environment": runbook.service.environments.get(name="staging"),
        "from_version": "3.2.0",
        "to_version": "3.1.0",
        "performed_by": by,
        "performed_at": clock.now() - datetime.timedelta(hours=1),
        "result": "passed",
        "minutes": Decimal("4.2"),
        "link": "https://ci.example.com/drill",
    }
    rehearsal = Rehearsal(**{**defaults, **told})
    return runbooks.record_drill(portal.access(by), runbook=again(runbook), revision=revision, rehearsal=rehearsal)
