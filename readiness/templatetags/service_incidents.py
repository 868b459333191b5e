"""Where the open incidents of a service are listed, by whoever watches them."""

from django import template

from readiness.models import Service
from readiness.queries import open_incidents

register = template.Library()


@register.filter
def open_incidents_url(service: Service) -> str:
    """The address of the list."""
    return open_incidents.url(service)
