"""The places a service runs in."""

from django.db import IntegrityError, transaction

from portal import audit, permissions
from portal.errors import DomainError
from portal.permissions import Access, Capability
from readiness import verbs
from readiness.choices import EnvironmentKind
from readiness.models import Environment, Service
from readiness.rules import environments as rules


def add(access: Access, *, service: Service, name: str, kind: str) -> Environment:
    """Adds an environment by its short name; it is never taken away, because decisions and deployments name it."""
    name = name.strip().lower()
    with transaction.atomic():
        permissions.require(access, Capability.SERVICE_EDIT, service.scope)
        if refusal := rules.name_refusal(name):
            raise DomainError.of({"name": [refusal]})
        if kind not in EnvironmentKind.values:
            refusal = f"The kind is one of {', '.join(EnvironmentKind.values)}."
            raise DomainError.of({"kind": [refusal]})
        try:
            with transaction.atomic():
                environment = Environment.objects.create(
                    service=service, name=name, kind=kind, position=service.environments.count()
                )
        except IntegrityError as clash:
            refusal = f"{service.name} has an environment {name} already."
            raise DomainError.of({"name": [refusal]}) from clash
        facts: dict[str, audit.Fact] = {"service": service.slug, "environment": name, "kind": kind}
        audit.record(access, verbs.ENVIRONMENT_ADDED, environment, scope=service.scope, facts=facts)
    return environment
