"""Loading the catalogue: what ships as files becomes rows, by key; loading twice changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from portal import audit, canonical, catalogue, clock
from portal.errors import DomainError
from portal.permissions import Access
from readiness import verbs
from readiness.catalogue import loader, schema
from readiness.models import ChecklistTemplate, OwnershipDomain, RecurringCheck, TemplateVersion


@dataclass(frozen=True)
class Loaded:
    """What a load changed: published versions ("deployment 1.0"), and the keys of checks and domains."""

    templates: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.templates or self.checks or self.domains)

    def __str__(self) -> str:
        if not self:
            return "The checklists, recurring checks and ownership domains are up to date."
        parts = [
            ("Published", self.templates),
            ("Recurring checks", self.checks),
            ("Ownership domains", self.domains),
        ]
        return "\n".join(f"{words}: {', '.join(keys)}." for words, keys in parts if keys)


def load(access: Access | None = None) -> Loaded:
    """Loads every file of readiness' catalogue in one transaction, and records one event when something changed.

    Called by `load_catalogue`, so the portal itself acts unless `access` says who. Raises CatalogueError for a file
    that cannot be read, DomainError for a published version whose content was changed without a new number.
    """
    with transaction.atomic():
        versions = [version for row in loader.templates() if (version := _publish(row, access))]
        checks = _take_over(RecurringCheck, [_check(row) for row in loader.recurring_checks()])
        domains = _take_over(OwnershipDomain, [_domain(row) for row in loader.ownership_domains()])
        changed = [*versions, *checks, *domains]
        loaded = Loaded(
            templates=tuple(f"{version.template.key} {version.number}" for version in versions),
            checks=tuple(row.key for row in checks),
            domains=tuple(row.key for row in domains),
        )
        if changed:
            audit.record(access, verbs.CATALOGUE_LOADED, changed[0], facts=_facts(loaded))
    return loaded


def _facts(loaded: Loaded) -> dict[str, audit.Fact]:
    files: list[catalogue.Row] = [*loader.templates(), loader.recurring(), loader.ownership()]
    return {
        "templates": list(loaded.templates),
        "checks": list(loaded.checks),
        "domains": list(loaded.domains),
        "digest": canonical.digest([catalogue.digest(row) for row in files]),
    }


def _publish(row: schema.Template, access: Access | None) -> TemplateVersion | None:
    """Publishes the row as a version unless that very version stands already. Running reviews stay on theirs."""
    template, _ = ChecklistTemplate.objects.update_or_create(
        key=row.key, defaults={"title": row.title, "purpose": row.purpose}
    )
    digest = catalogue.digest(row)
    standing = template.versions.filter(number=row.version).first()
    if standing is None:
        return TemplateVersion.objects.create(
            template=template,
            number=row.version,
            content=catalogue.content(row),
            digest=digest,
            published_at=clock.now(),
            published_by=access.person if access else None,
        )
    if standing.digest != digest:
        raise DomainError(
            f"{row.title} {row.version} is published and cannot change. "
            f"Give the changed file ({row.key}) a new version number."
        )
    return None


def _check(row: schema.RecurringCheck) -> dict[str, Any]:
    return {
        "key": row.key,
        "cadence": row.cadence.value,
        "title": row.title,
        "content": row.model_dump(mode="json", exclude_defaults=True),
    }


def _domain(row: schema.OwnershipDomain) -> dict[str, Any]:
    return {
        "key": row.key.value,
        "title": row.title,
        "covers": row.covers,
        "accountable_role": row.accountable,
        "supporting_role": "; ".join(row.supporting),
        "when": dict(row.when),
    }


def _take_over(kind: type[models.Model], rows: Sequence[dict[str, Any]]) -> list[Any]:
    """Creates or updates each row by key, in the order of the file; returns those that changed.

    What a file no longer names stays: records may hang on its key.
    """
    standing = {row.key: row for row in kind._default_manager.all()}  # type: ignore[attr-defined]  # both have keys
    changed = []
    for position, values in enumerate(rows):
        values = {**values, "position": position}
        row = standing.get(values["key"]) or kind(key=values["key"])
        if any(getattr(row, name) != value for name, value in values.items()) or row.pk is None:
            for name, value in values.items():
                setattr(row, name, value)
            row.full_clean(validate_unique=False)
            row.save()
            changed.append(row)
    return changed
