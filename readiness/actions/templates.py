"""Loading the catalogue: what ships as files becomes rows, by key; loading twice changes nothing."""

from dataclasses import dataclass

from django.db import transaction

from portal import audit, canonical, catalogue, clock
from portal.errors import DomainError
from portal.permissions import Access
from readiness import verbs
from readiness.catalogue import growing, loader, schema
from readiness.models import ChecklistTemplate, CheckVersion, OwnershipDomain, RecurringCheck, TemplateVersion


@dataclass(frozen=True)
class Loaded:
    """What a load changed: published versions ("deployment 1.0", "weekly.cost-trend 1.0"), and new domains' keys."""

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
        versions = [version for row in loader.templates() for version in _publish(row, access)]
        checks, domains = _checks(access), _domains()
        changed = [*versions, *checks, *domains]
        loaded = Loaded(
            templates=tuple(f"{version.template.key} {version.number}" for version in versions),
            checks=tuple(f"{version.recurring_check.key} {version.number}" for version in checks),
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


def _publish(row: schema.Template, access: Access | None) -> list[TemplateVersion]:
    """Publishes the row as a version unless that very version stands already. Running reviews stay on theirs.

    What the organisation took in beyond the version before is taken into this one too, as a version after it.
    """
    template, _ = ChecklistTemplate.objects.update_or_create(
        key=row.key, defaults={"title": row.title, "purpose": row.purpose}
    )
    digest = catalogue.digest(row)
    standing = template.versions.filter(number=row.version).first()
    if standing is None:
        own = _taken_over(template, row)
        return [_new_version(template, one, access) for one in (row, own) if one]
    if standing.digest != digest:
        raise DomainError(
            f"{row.title} {row.version} is published and cannot change. "
            f"Give the changed file ({row.key}) a new version number."
        )
    return []


def _taken_over(template: ChecklistTemplate, row: schema.Template) -> schema.Template | None:
    newest = template.versions.order_by("-published_at", "-pk").first()
    base = template.versions.filter(number=growing.base_of(newest.number)).first() if newest else None
    if newest is None or base is None or newest == base:
        return None
    return growing.carried_over(base.checklist, newest.checklist, row)


def _new_version(template: ChecklistTemplate, row: schema.Template, access: Access | None) -> TemplateVersion:
    return TemplateVersion.objects.create(
        template=template,
        number=row.version,
        content=catalogue.content(row),
        digest=catalogue.digest(row),
        published_at=clock.now(),
        published_by=access.person if access else None,
    )


def _checks(access: Access | None) -> list[CheckVersion]:
    """Publishes each check whose words are new, in the order of the file; one it no longer names stays, at rest."""
    file, published = loader.recurring(), []
    for position, row in enumerate(file.checks):
        check, _ = RecurringCheck.objects.update_or_create(
            key=row.key, defaults={"position": position, "in_catalogue": True}
        )
        if version := _publish_check(check, row, file, access):
            published.append(version)
    RecurringCheck.objects.exclude(key__in=[row.key for row in file.checks]).update(in_catalogue=False)
    return published


def _publish_check(
    check: RecurringCheck, row: schema.RecurringCheck, file: schema.RecurringChecks, access: Access | None
) -> CheckVersion | None:
    """Publishes the row as a version unless the newest says the same; what is owed already stays on its version."""
    digest = catalogue.digest(row)
    newest = check.versions.order_by("-published_at", "-pk").first()
    if newest is not None and newest.digest == digest:
        return None
    if check.versions.filter(number=file.version).exists():
        raise DomainError(
            f"{row.title} is published in {file.title} {file.version} and cannot change. "
            f"Give the changed file ({file.key}) a new version number."
        )
    return CheckVersion.objects.create(
        recurring_check=check,
        number=file.version,
        content=catalogue.content(row),
        digest=digest,
        published_at=clock.now(),
        published_by=access.person if access else None,
    )


def _domains() -> list[OwnershipDomain]:
    """Rows for the keys of the file, in its order, so that assignments can name them; returns the new ones."""
    rows = [
        OwnershipDomain.objects.update_or_create(key=row.key.value, defaults={"position": position})
        for position, row in enumerate(loader.ownership_domains())
    ]
    return [domain for domain, is_new in rows if is_new]
