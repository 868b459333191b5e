"""The shapes of telling that a release was deployed."""

from typing import Any

from rest_framework import serializers

from portal.api.strictness import Input
from portal.canonical import utc_text
from readiness.models import Deployment


class DeployedInput(Input):
    """Where the release has arrived."""

    environment = serializers.CharField(max_length=200, help_text="The environment’s name, such as production.")


class DeploymentShape(serializers.Serializer[Any]):
    """A release that reached an environment."""

    release = serializers.CharField()
    service = serializers.SlugField()
    environment = serializers.CharField()
    deployed_at = serializers.DateTimeField()
    deployed_by = serializers.CharField()


def deployment(told: Deployment) -> dict[str, Any]:
    """A deployment as it goes out."""
    return {
        "release": told.release.label,
        "service": told.release.service.slug,
        "environment": told.environment.name,
        "deployed_at": utc_text(told.deployed_at),
        "deployed_by": told.deployed_by.name,
    }
