"""Playbooks as services follow them: what ships in their words, what teams made of it, and how it came so."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from incidents.models import AdaptedPlaybook, AdaptedPlaybookRevision, AlertPlaybook
from incidents.rules import adapted_playbooks as rules
from incidents.rules.adapted_playbooks import ShippedChange
from portal.permissions import Access
from readiness.models import Service
from readiness.rules import applicability
from readiness.rules.applicability import Applicability


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
    service: Service
    shipped: Sequence[Mapping[str, str]]
    adapted: AdaptedPlaybook | None
    history: Sequence[Revision] = ()

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

    @property
    def changed(self) -> Sequence[ShippedChange]:
        """What ships otherwise than when the team wrote the steps that it follows."""
        return rules.changed_since(self.adapted.shipped, self.shipped) if self.adapted and self.is_adapted else ()

    @property
    def applies(self) -> Applicability:
        """Whether the playbook is meant for this service, and the rule."""
        return applicability.applies(self.playbook.playbook.when, self.service.traits)


def followed(service: Service, playbook: AlertPlaybook) -> Followed:
    """The playbook with everything of its page: two statements."""
    found = standing(service, playbook)
    return replace(found, history=_history(found.adapted) if found.adapted else ())


def standing(service: Service, playbook: AlertPlaybook) -> Followed:
    """The playbook as it is followed, without how it came so: one statement."""
    found = AdaptedPlaybook.objects.filter(service=service, playbook=playbook.key)
    return _followed(service, playbook, found.select_related("adapted_by").first())


def of_service(service: Service) -> list[Followed]:
    """All playbooks as a service follows them, in the order of the catalogue: two statements."""
    adapted = {
        row.playbook: row for row in AdaptedPlaybook.objects.filter(service=service).select_related("adapted_by")
    }
    return [_followed(service, playbook, adapted.get(playbook.key)) for playbook in AlertPlaybook.objects.all()]


def _followed(service: Service, playbook: AlertPlaybook, adapted: AdaptedPlaybook | None) -> Followed:
    if adapted is not None:
        adapted.service = service
    shipped = rules.shipped(playbook.playbook, is_third_party=service.traits.is_third_party)
    return Followed(playbook, service, shipped, adapted)


def by_playbook(access: Access) -> dict[str, list[AdaptedPlaybook]]:
    """By playbook the services, of those one sees, that follow steps of their own: one statement."""
    found: dict[str, list[AdaptedPlaybook]] = {}
    rows = AdaptedPlaybook.objects.visible_to(access).filter(is_in_use=True).select_related("service", "adapted_by")
    for row in rows:
        found.setdefault(row.playbook, []).append(row)
    return found


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
