"""The shape of what runs in production: how its items after the go stand, and what a decider said of it."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from rest_framework import serializers

from portal.canonical import utc_text
from readiness.choices import ItemState, LiveVerdict
from readiness.models import LiveDecision, Release
from readiness.queries.live_releases import LiveRelease


class AfterItemShape(serializers.Serializer[Any]):
    """An item that is asked after the go."""

    key = serializers.CharField()
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=ItemState.values)


class LiveVerdictShape(serializers.Serializer[Any]):
    """What a decider said of it since it arrived."""

    verdict = serializers.ChoiceField(choices=LiveVerdict.values)
    reason = serializers.CharField()
    back_to = serializers.CharField(allow_null=True, help_text="The label of the release that is live again.")
    by = serializers.CharField()
    at = serializers.DateTimeField()


class LiveReleaseShape(serializers.Serializer[Any]):
    """What runs in production of a service."""

    release = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of the shape, not a field’s label
    environment = serializers.CharField()
    deployed_at = serializers.DateTimeField()
    items_due_at = serializers.DateTimeField(help_text="When its items after the go are to be answered.")
    items = AfterItemShape(many=True)
    asked = serializers.ListField(
        child=serializers.CharField(), help_text="What a decider is to answer with keep or roll back; empty: nothing."
    )
    verdicts = LiveVerdictShape(many=True, help_text="The newest first.")
    ways_back = serializers.ListField(child=serializers.CharField(), help_text="Labels of releases to go back to.")
    page = serializers.URLField(help_text="Where a decider keeps it or rolls it back.")


def live(told: LiveRelease, ways_back: Iterable[Release]) -> dict[str, Any]:
    """What runs, as it goes out."""
    deployment, release = told.deployment, told.release
    return {
        "release": str(release.public_id),
        "label": release.label,
        "environment": deployment.environment.name,
        "deployed_at": utc_text(deployment.deployed_at),
        "items_due_at": utc_text(told.due_at),
        "items": [{"key": item.key, "title": item.title, "state": str(item.state)} for item in told.items],
        "asked": [trouble.words for trouble in told.asked],
        "verdicts": [_verdict(said) for said in told.verdicts],
        "ways_back": [found.label for found in ways_back],
        "page": f"{settings.BASE_URL}{reverse('readiness:live', args=[release.service.slug])}",
    }


def _verdict(said: LiveDecision) -> dict[str, Any]:
    return {
        "verdict": said.verdict,
        "reason": said.reason,
        "back_to": said.back_to.label if said.back_to else None,
        "by": said.decided_by.name,
        "at": utc_text(said.decided_at),
    }
