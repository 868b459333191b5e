"""A playbook as a service follows it: what ships in its words, what its team made of it, and how it came so."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from incidents.models import AdaptedPlaybook, AdaptedPlaybookRevision, AlertPlaybook
from incidents.rules import adapted_playbooks as rules
from readiness.models import Service


@dataclass(frozen=True)
class Revision:
    """One state of it: its number, whose it is and why, and whether it went back to what ships."""

    number: int
    by: str
    at: Any
    note: str
    is_in_use: bool


@dataclass(frozen=True)
class Followed:
    """A playbook of a service. `adapted` is None while it follows what ships and never did otherwise."""

    playbook: AlertPlaybook
    shipped: Sequence[Mapping[str, str]]
    adapted: AdaptedPlaybook | None
    history: Sequence[Revision]

    @property
    def is_adapted(self) -> bool:
        """Whether incidents take the team's own steps."""
        return self.adapted is not None and self.adapted.is_in_use

    @property
    def steps(self) -> Sequence[Mapping[str, str]]:
        """What incidents take from now on."""
        return self.adapted.steps if self.adapted and self.is_adapted else self.shipped

    @property
    def seen(self) -> int:
        """The revision that one reads."""
        return self.adapted.revision if self.adapted else 0


def followed(service: Service, playbook: AlertPlaybook) -> Followed:
    """The playbook with everything of its page: two statements."""
    adapted = AdaptedPlaybook.objects.filter(service=service, playbook=playbook.key).first()
    if adapted is not None:
        adapted.service = service
    shipped = rules.shipped(playbook.playbook, is_third_party=service.traits.is_third_party)
    return Followed(playbook, shipped, adapted, _history(adapted) if adapted else ())


def steps_for(service: Service, playbook: AlertPlaybook) -> list[dict[str, Any]] | None:
    """The team's own steps as an incident freezes them; None where what ships is followed: one statement."""
    row = AdaptedPlaybook.objects.filter(service=service, playbook=playbook.key, is_in_use=True).first()
    return rules.steps(playbook.playbook, row.steps) if row else None


def _history(adapted: AdaptedPlaybook) -> list[Revision]:
    rows = AdaptedPlaybookRevision.objects.filter(subject=adapted).select_related("author", "event")
    return [_revision(row) for row in rows.order_by("-number")]


def _revision(row: AdaptedPlaybookRevision) -> Revision:
    who = row.author.name if row.author else ""
    content = json.loads(row.content)
    return Revision(row.number, who, row.event.at, content["note"], content["is_in_use"])
