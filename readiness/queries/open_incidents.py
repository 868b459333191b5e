"""The open incidents of services, as whoever watches them counts them for the status row."""

from collections.abc import Collection

from readiness.extension_points import OpenIncidents, incident_sources
from readiness.models import Service


def are_watched() -> bool:
    """Whether anybody watches incidents here. Where nobody does, no page says that there are none."""
    return bool(list(incident_sources))


def counted(services: Collection[int]) -> dict[int, OpenIncidents]:
    """By key, for each of these services: one statement, none where nobody watches."""
    told = [source.open_in(services) for source in incident_sources]
    return {key: _together([one[key] for one in told if key in one]) for key in services}


def hanging_on(services: Collection[int]) -> set[int]:
    """The keys of services whose count changes with who may see these: one statement, none where none is named.

    An incident of a restricted service is not counted where others see the service that it affects.
    """
    return {key for source in incident_sources for key in source.hanging_on(services)} if services else set()


def url(service: Service) -> str:
    """Where the open ones are listed; "" where nobody watches."""
    return next((source.url(service) for source in incident_sources), "")


def _together(told: Collection[OpenIncidents]) -> OpenIncidents:
    worst = min((one.worst for one in told if one.worst is not None), default=None)
    return OpenIncidents(sum(one.number for one in told), worst)
