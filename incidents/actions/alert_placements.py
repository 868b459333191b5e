"""Keeping who placed alerts: given to a rule, joined to an incident, left out; for the actions that do it."""

from collections.abc import Iterable

from incidents.choices import PlacementAct
from incidents.models import Alert, AlertPlacement
from portal.models import AuditEvent
from readiness.models import Service


def keep(act: PlacementAct, before: Iterable[Alert], service: Service | None, event: AuditEvent) -> None:
    """Ties alerts, as they were before the act, to its event; `service` is where the act put those without one."""
    placed = [
        AlertPlacement(
            alert=alert,
            act=act,
            service_id=alert.service_id or (service.pk if service else None),
            came_to_it=alert.service_id is None and service is not None,
            event=event,
        )
        for alert in before
    ]
    AlertPlacement.objects.bulk_create(placed, batch_size=200)
