"""The models a service serves, and their versions with the registry's facts."""

from dataclasses import asdict

from django.db import IntegrityError, transaction

from portal import audit, canonical, clock, permissions
from portal.errors import DomainError
from portal.permissions import Access, Capability
from readiness import verbs
from readiness.models import ModelVersion, ServedModel, Service
from readiness.rules import served_models as rules
from readiness.rules.served_models import RegistryFacts


def add(access: Access, *, service: Service, name: str, purpose: str = "", provider: str = "") -> ServedModel:
    """Names a model of the service; `provider` stays empty where the team hosts it."""
    name, purpose, provider = name.strip(), purpose.strip(), provider.strip()
    with transaction.atomic():
        permissions.require(access, Capability.RELEASE_PLAN, service.scope)
        if errors := rules.model_refusals(name, purpose, provider):
            raise DomainError.of(errors)
        try:
            with transaction.atomic():
                added = ServedModel.objects.create(service=service, name=name, purpose=purpose, provider=provider)
        except IntegrityError as clash:
            refusal = f"{service.name} has a model “{name}” already."
            raise DomainError.of({"name": [refusal]}) from clash
        facts: dict[str, audit.Fact] = {"service": service.slug, "model": name}
        audit.record(access, verbs.MODEL_ADDED, added, scope=service.scope, facts=facts)
    return added


def record_version(
    access: Access, *, model: ServedModel, facts: RegistryFacts, previous: ModelVersion | None = None
) -> ModelVersion:
    """Records a version: weights, a prompt revision or a provider's pin. It is never edited afterwards.

    `previous` is the version one would go back to. Raises DomainError with every refused field.
    """
    with transaction.atomic():
        service = model.service
        permissions.require(access, Capability.RELEASE_PLAN, service.scope)
        errors = rules.version_refusals(facts)
        if previous is not None and previous.model_id != model.pk:
            errors["previous"] = [f"{previous} is not a version of {model.name}."]
        if errors:
            raise DomainError.of(errors)
        recorded = _create(access, model, facts, previous)
        chained: dict[str, audit.Fact] = {
            "service": service.slug,
            "model": model.name,
            "version": facts.version,
            "kind": facts.kind,
            "previous": previous.version if previous else None,
            "digest": canonical.digest(asdict(facts)),
        }
        audit.record(access, verbs.MODEL_VERSION_RECORDED, recorded, scope=service.scope, facts=chained)
    return recorded


def _create(access: Access, model: ServedModel, facts: RegistryFacts, previous: ModelVersion | None) -> ModelVersion:
    try:
        with transaction.atomic():
            return ModelVersion.objects.create(
                model=model, **asdict(facts), previous=previous, recorded_by=access.person, recorded_at=clock.now()
            )
    except IntegrityError as clash:
        refusal = f"{model.name} {facts.version} is recorded already."
        raise DomainError.of({"version": [refusal]}) from clash
