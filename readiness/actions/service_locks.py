"""Services that are about to change: locked first, before their answers and status rows (docs/adr/0004)."""

from collections.abc import Collection

from readiness.models import Service


def locked(service: Service) -> Service:
    """The service as it stands now, with its scope and owner, locked where the database can."""
    return locked_all([service.pk])[service.pk]


def hold(owned: Collection[Service]) -> None:
    """Locks these services, for an action that changes each by itself; their answers come next (docs/adr/0004)."""
    if owned:
        locked_all([service.pk for service in owned])


def locked_all(keys: Collection[int]) -> dict[int, Service]:
    """The same for several services, by their keys."""
    queryset = Service.objects.select_related("scope__team", "owner").select_for_update(of=("self",))
    return {service.pk: service for service in queryset.filter(pk__in=keys).order_by("pk")}
