"""The shapes of what a service serves, needs and rehearses: models with versions, dependencies, drills."""

from typing import Any

from rest_framework import serializers

from portal.api.fields import Day, Moment, Upload
from portal.api.strictness import Input
from portal.canonical import utc_text
from readiness.choices import DependencyState, DrillKind, DrillResult, ModelVersionKind
from readiness.models import Drill, ModelVersion, ServedModel
from readiness.rules import dependencies as dependency_rules
from readiness.rules import served_models as model_rules
from readiness.rules.drill_records import LONGEST_NOTE

LONGEST_ADDRESS = 200


def _said(limit: int) -> serializers.CharField:
    return serializers.CharField(required=False, default="", allow_blank=True, max_length=limit)


class ModelVersionShape(serializers.Serializer[Any]):
    """One version: weights, a prompt revision or a provider’s pin. Never edited."""

    id = serializers.UUIDField()
    version = serializers.CharField()
    kind = serializers.ChoiceField(choices=ModelVersionKind.values)
    registry_url = serializers.CharField(allow_blank=True)
    promoted_on = serializers.DateField(allow_null=True)
    evaluation_passed = serializers.CharField(allow_blank=True)
    prompt_revision = serializers.CharField(allow_blank=True)
    previous = serializers.CharField(allow_null=True, help_text="The version one would go back to.")
    retires_on = serializers.DateField(allow_null=True)
    recorded_by = serializers.CharField()
    recorded_at = serializers.DateTimeField()


class ServedModelShape(serializers.Serializer[Any]):
    """A model that a service serves, with its versions, the newest first."""

    id = serializers.UUIDField()
    service = serializers.SlugField()
    name = serializers.CharField()
    purpose = serializers.CharField(allow_blank=True)
    provider = serializers.CharField(allow_blank=True, help_text="Empty where the team hosts it.")
    versions = ModelVersionShape(many=True)


class ServedModelsShape(serializers.Serializer[Any]):
    """All models of one service, by name."""

    results = ServedModelShape(many=True)


class ServedModelInput(Input):
    """A model of the service."""

    name = serializers.CharField(max_length=model_rules.MODEL_LIMITS["name"])
    purpose = _said(model_rules.MODEL_LIMITS["purpose"])
    provider = _said(model_rules.MODEL_LIMITS["provider"])


class ModelVersionInput(Input):
    """A version as its registry knows it; of a provider’s model, the pin. It is never edited afterwards."""

    version = serializers.CharField(max_length=model_rules.VERSION_LIMITS["version"])
    kind = serializers.ChoiceField(choices=ModelVersionKind.values, required=False, default=ModelVersionKind.MODEL)
    registry_url = _said(LONGEST_ADDRESS)
    promoted_on = Day(required=False, default=None, allow_null=True)
    evaluation_passed = _said(model_rules.VERSION_LIMITS["evaluation_passed"])
    prompt_revision = _said(model_rules.VERSION_LIMITS["prompt_revision"])
    retires_on = Day(required=False, default=None, allow_null=True)
    previous = serializers.UUIDField(required=False, help_text="The id of the version one would go back to.")


class DependencyShape(serializers.Serializer[Any]):
    """Something outside that a service needs, and how it does."""

    id = serializers.UUIDField()
    service = serializers.SlugField()
    name = serializers.CharField()
    upstream = serializers.SlugField(
        allow_null=True, help_text="The service of this portal that it is, where the caller may see it."
    )
    purpose = serializers.CharField(allow_blank=True)
    fallback = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(choices=DependencyState.values)
    note = serializers.CharField(allow_blank=True)
    declared_by = serializers.CharField(allow_blank=True)
    declared_at = serializers.DateTimeField(allow_null=True)
    removed_at = serializers.DateTimeField(allow_null=True)


class DependenciesShape(serializers.Serializer[Any]):
    """All that one service needs from outside, by name."""

    results = DependencyShape(many=True)


class DependencyInput(Input):
    """Something outside that the service needs; how it does is declared apart."""

    name = serializers.CharField(max_length=dependency_rules.LIMITS["name"])
    purpose = _said(dependency_rules.LIMITS["purpose"])
    fallback = _said(dependency_rules.LIMITS["fallback"])
    upstream = serializers.SlugField(
        required=False, allow_null=True, default=None, help_text="The service of this portal that it is."
    )


class DeclarationInput(Input):
    """How a dependency does; what is not stable needs a note."""

    state = serializers.ChoiceField(choices=[state.value for state in dependency_rules.DECLARED])
    note = _said(300)


class DrillShape(serializers.Serializer[Any]):
    """A rehearsal on record. Never edited."""

    id = serializers.UUIDField()
    service = serializers.SlugField()
    kind = serializers.ChoiceField(choices=DrillKind.values)
    environment = serializers.CharField()
    from_version = serializers.CharField()
    to_version = serializers.CharField()
    release = serializers.CharField(allow_null=True)
    performed_by = serializers.CharField()
    performed_at = serializers.DateTimeField()
    result = serializers.ChoiceField(choices=DrillResult.values)
    minutes = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    link = serializers.CharField(allow_blank=True)
    file = serializers.CharField(allow_null=True, help_text="Its name.")
    file_sha256 = serializers.CharField(allow_null=True)
    recorded_by = serializers.CharField()
    recorded_at = serializers.DateTimeField()


class DrillInput(Input):
    """A drill as it is told; a `link`, or as a form a file, to what was written down."""

    kind = serializers.ChoiceField(choices=DrillKind.values)
    environment = serializers.CharField(max_length=80, help_text="Its name; a rollback is drilled outside production.")
    from_version = serializers.CharField(max_length=120)
    to_version = serializers.CharField(max_length=120)
    release = serializers.CharField(required=False, max_length=60, help_text="The label of one of the service.")
    performed_by = serializers.EmailField()
    performed_at = Moment()
    result = serializers.ChoiceField(choices=DrillResult.values)
    minutes = serializers.DecimalField(max_digits=6, decimal_places=1)
    note = serializers.CharField(required=False, default="", allow_blank=True, max_length=LONGEST_NOTE)
    link = _said(LONGEST_ADDRESS)


class DrillFileInput(DrillInput):
    """The same as a form, with a `file` of up to 25 MB."""

    file = Upload(required=False)


def model(row: ServedModel) -> dict[str, Any]:
    """A model of `queries.declarations.models`, as it goes out."""
    return {
        "id": str(row.public_id),
        "service": row.service.slug,
        "name": row.name,
        "purpose": row.purpose,
        "provider": row.provider,
        "versions": [_version(version) for version in row.versions.all()],
    }


def dependency(row: Any) -> dict[str, Any]:
    """A dependency of `queries.declarations.dependencies`, as it goes out."""
    return {
        "id": str(row.public_id),
        "service": row.service.slug,
        "name": row.name,
        "upstream": row.upstream_slug,
        "purpose": row.purpose,
        "fallback": row.fallback,
        "state": row.state,
        "note": row.note,
        "declared_by": row.declared_by.name if row.declared_by else "",
        "declared_at": utc_text(row.declared_at) if row.declared_at else None,
        "removed_at": utc_text(row.removed_at) if row.removed_at else None,
    }


def drill(row: Drill) -> dict[str, Any]:
    """A drill of `queries.declarations.drills`, as it goes out."""
    return {
        "id": str(row.public_id),
        "service": row.service.slug,
        "kind": row.kind,
        "environment": row.environment.name,
        "from_version": row.from_version,
        "to_version": row.to_version,
        "release": row.release.label if row.release else None,
        "performed_by": row.performed_by.name,
        "performed_at": utc_text(row.performed_at),
        "result": row.result,
        "minutes": format(row.minutes, "f"),
        "note": row.note,
        "link": row.link,
        "file": row.attachment.name if row.attachment else None,
        "file_sha256": row.attachment.sha256 if row.attachment else None,
        "recorded_by": row.recorded_by.name,
        "recorded_at": utc_text(row.recorded_at),
    }


def _version(row: ModelVersion) -> dict[str, Any]:
    return {
        "id": str(row.public_id),
        "version": row.version,
        "kind": row.kind,
        "registry_url": row.registry_url,
        "promoted_on": row.promoted_on.isoformat() if row.promoted_on else None,
        "evaluation_passed": row.evaluation_passed,
        "prompt_revision": row.prompt_revision,
        "previous": row.previous.version if row.previous else None,
        "retires_on": row.retires_on.isoformat() if row.retires_on else None,
        "recorded_by": row.recorded_by.name,
        "recorded_at": utc_text(row.recorded_at),
    }
