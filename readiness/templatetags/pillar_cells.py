"""The ten cells of a service in the heat-map."""

from typing import NamedTuple

from django import template

from readiness.models import Service
from readiness.queries import portfolio

register = template.Library()


class Cell(NamedTuple):
    """One pillar: state, name, open items, and where it is looked at."""

    state: str
    title: str
    open: int
    url: str


@register.filter
def pillar_cells(service: Service) -> list[Cell]:
    """A cell for each pillar; it leads to the pillar on the service's own page."""
    address = service.get_absolute_url()
    return [
        Cell(pillar.state, pillar.title, pillar.open, f"{address}#pillar-{pillar.number}")
        for pillar in portfolio.pillars_of(service)
    ]
