"""The shapes of a release: one, a new one, its change, its cancelling, and telling that it was deployed."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from portal import canonical
from portal.api.fields import Day
from portal.api.strictness import Input
from portal.canonical import utc_text
from readiness.choices import Change, Verdict
from readiness.models import Deployment, ModelVersion, Release
from readiness.queries import releases as queries
from readiness.rules.releases import ReleaseFacts

LONGEST_LABEL, LONGEST_SUMMARY, LONGEST_REASON, MOST_VERSIONS = 60, 300, 300, 100


class CarriedVersionShape(serializers.Serializer[Any]):
    """A model version that a release carries."""

    id = serializers.UUIDField()
    model = serializers.CharField()
    version = serializers.CharField()


class PlaceShape(serializers.Serializer[Any]):
    """An environment that a release reached."""

    environment = serializers.CharField()
    deployed_at = serializers.DateTimeField()
    deployed_by = serializers.CharField()
    runs_there = serializers.BooleanField(help_text="Nothing else followed it there.")


class OneReleaseShape(serializers.Serializer[Any]):
    """A release: what it says of itself, what it carries, and how far it has come."""

    id = serializers.UUIDField()
    service = serializers.SlugField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of the shape, not a field’s label
    summary = serializers.CharField(allow_blank=True)
    changes = serializers.ListField(child=serializers.ChoiceField(choices=Change.values))
    new_feature = serializers.BooleanField()
    planned_on = serializers.DateField(allow_null=True)
    fixes_incident = serializers.CharField(allow_blank=True)
    model_versions = CarriedVersionShape(many=True)
    verdict = serializers.ChoiceField(choices=Verdict.values, allow_null=True, help_text="Of its newest decision.")
    deployments = PlaceShape(many=True)
    planned_by = serializers.CharField()
    planned_at = serializers.DateTimeField()
    cancelled_at = serializers.DateTimeField(allow_null=True)
    cancelled_reason = serializers.CharField(allow_blank=True)
    seen = serializers.CharField(help_text="The digest of what it says; send it back with a change.")
    page = serializers.URLField()


class ReleaseInput(Input):
    """A new release. `model_versions` are all that it will carry, changed or not."""

    service = serializers.SlugField(max_length=80)
    label = serializers.CharField(max_length=LONGEST_LABEL)  # type: ignore[assignment]  # not a field’s label
    summary = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_SUMMARY)
    changes = serializers.ListField(
        child=serializers.ChoiceField(choices=Change.values), min_length=1, max_length=len(Change)
    )
    new_feature = serializers.BooleanField(required=False, help_text="Then the pre-launch review is asked again.")
    planned_on = Day(required=False, allow_null=True)
    fixes_incident = serializers.CharField(required=False, allow_blank=True, max_length=60)
    model_versions = serializers.ListField(
        child=serializers.UUIDField(), required=False, max_length=MOST_VERSIONS, help_text="By their opaque ids."
    )


class ReleaseChange(Input):
    """What an undecided release says instead; what is left out stays, and so does its label."""

    summary = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_SUMMARY)
    changes = serializers.ListField(
        child=serializers.ChoiceField(choices=Change.values), required=False, min_length=1, max_length=len(Change)
    )
    new_feature = serializers.BooleanField(required=False)
    planned_on = Day(required=False, allow_null=True)
    fixes_incident = serializers.CharField(required=False, allow_blank=True, max_length=60)
    model_versions = serializers.ListField(
        child=serializers.UUIDField(), required=False, max_length=MOST_VERSIONS, help_text="By their opaque ids."
    )
    seen = serializers.CharField(
        required=False, max_length=64, help_text="The `seen` of what you read, where `If-Match` is not sent."
    )


class CancelInput(Input):
    """Why it is cancelled."""

    reason = serializers.CharField(max_length=LONGEST_REASON)


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


def release(row: Release) -> dict[str, Any]:
    """A release of `queries.releases.shown`, as it goes out; no statement."""
    versions = list(row.model_versions.all())
    content = queries.content(row, versions)
    return {
        **content,
        "id": str(row.public_id),
        "service": row.service.slug,
        "planned_on": row.planned_on.isoformat() if row.planned_on else None,
        "model_versions": [_version(version) for version in versions],
        "verdict": getattr(row, "verdict", None),
        "deployments": [_place(one) for one in row.deployments.all()],
        "planned_by": row.planned_by.name,
        "planned_at": utc_text(row.planned_at),
        "cancelled_at": utc_text(row.cancelled_at) if row.cancelled_at else None,
        "cancelled_reason": row.cancelled_reason,
        "seen": canonical.digest(content),
        "page": settings.BASE_URL + row.get_absolute_url(),
    }


def facts(data: dict[str, Any], standing: Release | None = None) -> ReleaseFacts:
    """What is said by the input, over what stands."""
    names = ReleaseFacts.__dataclass_fields__
    said = {name: getattr(standing, name) for name in names} if standing else {}
    wanted = {**said, **{name: value for name, value in data.items() if name in names}}
    return ReleaseFacts(**{**wanted, "changes": tuple(wanted["changes"])})


def _version(version: ModelVersion) -> dict[str, Any]:
    return {"id": str(version.public_id), "model": version.model.name, "version": version.version}


def _place(one: Deployment) -> dict[str, Any]:
    return {
        "environment": one.environment.name,
        "deployed_at": utc_text(one.deployed_at),
        "deployed_by": one.deployed_by.name,
        "runs_there": bool(getattr(one, "is_current", False)),
    }
