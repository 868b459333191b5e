"""External dependencies: naming one, saying how it does, taking it off."""

from typing import Any

from django.db import IntegrityError, transaction

from portal import audit, clock, permissions
from portal.errors import DomainError
from portal.permissions import Access, Capability
from readiness import verbs
from readiness.choices import DependencyState
from readiness.models import Dependency, Service
from readiness.queries import declarations as queries
from readiness.rules import dependencies as rules


def add(
    access: Access,
    *,
    service: Service,
    name: str,
    purpose: str = "",
    fallback: str = "",
    upstream: Service | None = None,
) -> Dependency:
    """Names something outside that the service needs. How it does is not declared yet, and so unknown.

    `upstream` is the service of this portal that it is. Raises DomainError at the fields' names.
    """
    name, purpose, fallback = name.strip(), purpose.strip(), fallback.strip()
    with transaction.atomic():
        permissions.require(access, Capability.DEPENDENCY_DECLARE, service.scope)
        errors = rules.refusals(name, purpose, fallback)
        if upstream is not None and not queries.may_need(access, service).filter(pk=upstream.pk).exists():
            errors["upstream"] = ["Choose another service of the list."]
        if errors:
            raise DomainError.of(errors)
        try:
            with transaction.atomic():
                added = Dependency.objects.create(
                    service=service, name=name, purpose=purpose, fallback=fallback, upstream=upstream
                )
        except IntegrityError as clash:
            refusal = f"{service.name} depends on “{name}” already."
            raise DomainError.of({"name": [refusal]}) from clash
        facts: dict[str, audit.Fact] = {
            "service": service.slug,
            "upstream": str(upstream.public_id) if upstream else None,
        }
        audit.record(
            access, verbs.DEPENDENCY_ADDED, added, scope=service.scope, facts=facts, texts={"name": added.name}
        )
    return added


def declare(access: Access, *, dependency: Dependency, state: str, note: str = "") -> Dependency:
    """Says how a dependency does: stable, degraded or down. What is not stable needs a note.

    The note that said what was wrong ends with it, also where a form sends it back as it was.
    """
    note = note.strip()
    if state == DependencyState.STABLE and dependency.state != state and note == dependency.note:
        note = ""
    with transaction.atomic():
        service = dependency.service
        permissions.require(access, Capability.DEPENDENCY_DECLARE, service.scope)
        if errors := rules.declaration_refusals(state, note):
            raise DomainError.of(errors)
        _write(dependency, state=state, note=note, declared_by=access.person, declared_at=clock.now())
        facts = {"service": service.slug, "state": state}
        texts = {"name": dependency.name, "note": note}
        audit.record(access, verbs.DEPENDENCY_DECLARED, dependency, scope=service.scope, facts=facts, texts=texts)
    return dependency


def remove(access: Access, *, dependency: Dependency) -> None:
    """Takes a dependency off. The row stays, because decisions saw it."""
    with transaction.atomic():
        service = dependency.service
        permissions.require(access, Capability.DEPENDENCY_DECLARE, service.scope)
        _write(dependency, removed_at=clock.now())
        facts, texts = {"service": service.slug}, {"name": dependency.name}
        audit.record(access, verbs.DEPENDENCY_REMOVED, dependency, scope=service.scope, facts=facts, texts=texts)


def _write(dependency: Dependency, **values: Any) -> None:
    """Changes the row unless it was taken off in between."""
    if not Dependency.objects.filter(pk=dependency.pk, removed_at__isnull=True).update(**values):
        raise DomainError(f"“{dependency.name}” was taken off already.")
    for name, value in values.items():
        setattr(dependency, name, value)
