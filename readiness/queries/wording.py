"""What items are called in lists: the catalogue's words for one service. Those that ship cost no statement."""

from collections.abc import Callable

from django.db.models import Choices

from readiness.catalogue import loader, tailoring
from readiness.models import Service
from readiness.queries import template_versions


def title(item_key: str, service: Service) -> str:
    """An item's title by its stable key, in the wording that fits the service; the key itself where it is gone."""
    item = template_versions.known_item(item_key)
    return tailoring.tailored(item, service.traits, loader.domain_rules()).title if item else item_key


def named(item_key: str) -> str:
    """An item by its usual title in quotation marks, whatever the service; the key itself where it is gone."""
    item = template_versions.known_item(item_key)
    return f"“{item.title}”" if item else item_key


def of_choices(choices: type[Choices]) -> Callable[[str], str]:
    """How people call what a fact keeps by its value; the value itself where it is none of them."""
    names = {str(value): str(label).lower() for value, label in choices.choices}
    return lambda value: names.get(value, value)
