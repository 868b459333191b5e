"""The shapes of what a person owns, and of handing it over."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from portal.api.strictness import Input
from readiness.queries.holdings import Holding

MOST = 1000


class Whose(Input):
    """Whose things are asked for."""

    person = serializers.EmailField(help_text="By e-mail address.")


class HoldingShape(serializers.Serializer[Any]):
    """One thing a person owns: a service, a domain of one, an item of a review, an action item."""

    key = serializers.CharField(help_text="Send it in `things` to hand it over.")
    title = serializers.CharField()
    held_as = serializers.CharField(help_text="Such as “service owner” or “accountable”.")
    service = serializers.SlugField()
    url = serializers.URLField(help_text="Its page.")
    may_hand_over = serializers.BooleanField(help_text="Whether you may.")


class HoldingsShape(serializers.Serializer[Any]):
    """What somebody owns in services that the caller sees."""

    results = HoldingShape(many=True)


class HandOverInput(Input):
    """Whose things go to whom: all that are named, or none."""

    person = serializers.EmailField(help_text="Who has them, by e-mail address.")
    to = serializers.EmailField(help_text="Who takes over: anybody who is in a team today.")
    things = serializers.ListField(
        child=serializers.CharField(max_length=80), allow_empty=False, max_length=MOST, help_text="By their keys."
    )


def holding(held: Holding) -> dict[str, Any]:
    """A thing as it goes out."""
    return {
        "key": held.key,
        "title": held.title,
        "held_as": held.held_as,
        "service": held.service.slug,
        "url": f"{settings.BASE_URL}{held.url}",
        "may_hand_over": held.may_hand_over,
    }
