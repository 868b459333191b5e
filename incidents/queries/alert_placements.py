"""How alerts came where they are: what their source told, then what people did."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch

from incidents.choices import PlacementAct
from incidents.models import Alert, AlertPlacement
from incidents.models.alerts import AlertQuerySet
from portal.permissions import Access


@dataclass(frozen=True)
class Placed:
    """One line: in words what became of it, when, and who did it; empty: nobody, a rule or a label did."""

    words: str
    at: datetime.datetime
    by: str = ""


def with_placements(found: AlertQuerySet) -> AlertQuerySet:
    """The alerts with what people did with each: one statement more."""
    rows = AlertPlacement.objects.select_related("event__actor").order_by("pk")
    return found.prefetch_related(Prefetch("placements", queryset=rows))


def came_later(number: int) -> Exists:
    """Whether an alert came to its service by an act of a person after this event, as a condition."""
    return Exists(AlertPlacement.objects.filter(alert=OuterRef("pk"), came_to_it=True, event_id__gt=number))


def history(access: Access, alert: Alert) -> Sequence[Placed]:
    """How an alert of `with_placements` came where it is, the newest first; no statement of its own."""
    acts = list(alert.placements.all())
    lines = [Placed(_arrived(alert, acts), alert.first_told_at)]
    for row in acts:
        who = row.event.actor.name if row.event.actor else ""
        lines.append(Placed(_words(access, alert, PlacementAct(row.act)), row.event.at, who))
    return lines[::-1]


def _arrived(alert: Alert, acts: Sequence[AlertPlacement]) -> str:
    was_given = any(row.act == PlacementAct.MATCHED for row in acts)
    if alert.rule and not was_given:
        return f"Told, and known by the rule {alert.rule.name}"
    if alert.service is None or any(row.came_to_it for row in acts):
        return f"Told, and kept in the tray of {alert.source.team.name}: no rule knew it"
    return f"Told as an alert of {alert.service.name}: no rule knew it"


def _words(access: Access, alert: Alert, act: PlacementAct) -> str:
    incident = alert.incident
    match act:
        case PlacementAct.MATCHED:
            return f"Given to the rule {alert.rule.name}" if alert.rule else "Given to a rule"
        case PlacementAct.JOINED:
            is_shown = incident is not None and access.sees(incident.service.scope)
            return f"Joined to {incident.label}" if incident and is_shown else "Joined to an incident"
        case PlacementAct.LEFT_OUT:
            return f"Left out: {alert.left_out_reason}"
