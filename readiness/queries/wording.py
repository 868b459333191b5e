"""What items are called in lists: the catalogue's words for one service, without a statement."""

from collections.abc import Callable

from django.db.models import Choices

from readiness.catalogue import loader, tailoring
from readiness.models import Service


def title(item_key: str, service: Service) -> str:
    """An item's title by its stable key, in the wording that fits the service; the key itself where it is gone."""
    item = loader.items().get(item_key)
    return tailoring.tailored(item, service.traits, loader.domain_rules()).title if item else item_key


def named(item_key: str) -> str:
    """An item by its usual title in quotation marks, whatever the service; the key itself where it is gone."""
    item = loader.items().get(item_key)
    return f"“{item.title}”" if item else item_key


def of_choices(choices: type[Choices]) -> Callable[[str], str]:
    """How people call what a fact keeps by its value; the value itself where it is none of them."""
    names = {str(value): str(label).lower() for value, label in choices.choices}
    return lambda value: names.get(value, value)
