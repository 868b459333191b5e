"""The open incidents of services, for their status rows."""

from collections.abc import Collection

from django.urls import reverse

from incidents.models import AffectedService, Incident
from incidents.queries.incidents import OPEN
from readiness.extension_points import OpenIncidents
from readiness.models import Service


def in_services(services: Collection[int]) -> dict[int, OpenIncidents]:
    """How many are open in these services, by their keys: those that began there or affect them, in one statement.

    One of a restricted service counts there alone: whoever sees what it affects may not know of it.
    """
    own = Incident.objects.filter(service__in=services, state__in=OPEN).order_by()
    others = AffectedService.objects.filter(
        service__in=services, incident__state__in=OPEN, incident__service__scope__restricted=False
    )
    found: dict[int, list[int]] = {}
    rows = own.values_list("service_id", "severity")
    for service, severity in rows.union(others.values_list("service_id", "incident__severity"), all=True):
        found.setdefault(service, []).append(severity)
    return {service: OpenIncidents(len(severities), min(severities)) for service, severities in found.items()}


def hanging_on(services: Collection[int]) -> set[int]:
    """The keys of the services that open incidents of these affect: one statement."""
    affected = AffectedService.objects.filter(incident__service__in=services, incident__state__in=OPEN)
    return set(affected.values_list("service_id", flat=True))


def url(service: Service) -> str:
    """The open ones of a service, as a list."""
    return f"{reverse('incidents:service_incidents', args=[service.slug])}?state=open"
