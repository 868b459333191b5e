"""Keeping the status row: every action that changes what it shows calls this in its own transaction."""

from django.db.models import F

from portal import clock
from readiness.models import Service, ServiceStatus
from readiness.queries import status as status_queries


def refresh(service: Service) -> None:
    """Computes the service's status anew and writes its row: four statements, five for the first time.

    Call it after the change and before `audit.record`, inside the action's transaction. It changes no governed content,
    so it records no event of its own.
    """
    fields = {**status_queries.standing_of(service).as_fields(), "changed_at": clock.now()}
    changed = ServiceStatus.objects.filter(service=service).update(**fields, version=F("version") + 1)
    if not changed:
        ServiceStatus.objects.create(service=service, version=1, **fields)
