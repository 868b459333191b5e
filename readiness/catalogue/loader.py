"""Reads the readiness catalogue that ships with the product; keys are stable identifiers."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from portal import catalogue
from readiness.catalogue import schema

FOLDER = Path(__file__).parent
TEMPLATE_FILES = ("deployment.yaml", "prelaunch.yaml", "pillars.yaml")


@cache
def templates() -> tuple[schema.Template, ...]:
    """Returns the three reviews: deployment, pre-launch, readiness assessment.

    Raises `portal.catalogue.CatalogueError` where a file is wrong.
    """
    return tuple(catalogue.read(FOLDER / name, schema.Template) for name in TEMPLATE_FILES)


def template(key: str) -> schema.Template:
    """Returns one review by key; raises `KeyError` where there is none."""
    return {template.key: template for template in templates()}[key]


@cache
def items() -> Mapping[str, schema.Item]:
    """Returns every item of the three reviews by key; a key used twice raises `CatalogueError`."""
    found: dict[str, schema.Item] = {}
    for template, name in zip(templates(), TEMPLATE_FILES, strict=True):
        for item in template.items:
            if item.key in found:
                problem = catalogue.Problem(name, item.key, "key", "is used in another file too")
                raise catalogue.CatalogueError([problem])
            found[item.key] = item
    return MappingProxyType(found)


@cache
def recurring() -> schema.RecurringChecks:
    """Returns the file of recurring checks, with its title and version."""
    return catalogue.read(FOLDER / "recurring.yaml", schema.RecurringChecks)


def recurring_checks() -> tuple[schema.RecurringCheck, ...]:
    """Returns the weekly, monthly and quarterly checks."""
    return recurring().checks


@cache
def ownership() -> schema.OwnershipDomains:
    """Returns the file of ownership domains, with its title and version."""
    return catalogue.read(FOLDER / "ownership.yaml", schema.OwnershipDomains)


def ownership_domains() -> tuple[schema.OwnershipDomain, ...]:
    """Returns the four domains in the order in which they are shown."""
    return ownership().domains


def ownership_domain(key: str) -> schema.OwnershipDomain:
    """Returns one domain by key; raises `KeyError` where there is none."""
    return _domains_by_key()[key]


@cache
def _domains_by_key() -> Mapping[str, schema.OwnershipDomain]:
    return MappingProxyType({domain.key.value: domain for domain in ownership_domains()})


@cache
def overlaps() -> tuple[schema.Overlap, ...]:
    """Returns every overlap as it is written; raises `CatalogueError` for a row that is not there."""
    found = catalogue.read(FOLDER / "overlaps.yaml", schema.Overlaps).overlaps
    problems = [
        catalogue.Problem("overlaps.yaml", str(overlap.source), side, message)
        for overlap in found
        for side, reference in (("source", overlap.source), ("target", overlap.target))
        if (message := _missing(reference))
    ]
    if problems:
        raise catalogue.CatalogueError(problems)
    return found


@cache
def coverings() -> tuple[schema.Covering, ...]:
    """Returns every covering in one direction: where `source` counts, `target` may refer to it."""
    return tuple(covering for overlap in overlaps() for covering in overlap.directed())


def coverings_of(key: str) -> tuple[schema.Covering, ...]:
    """Returns what may serve one item, whole or in some points; empty where nothing does."""
    return tuple(covering for covering in coverings() if covering.target.key == key)


def domain_rules() -> Mapping[str, schema.When]:
    """Returns the rule of each ownership domain by key, as `readiness.catalogue.tailoring` takes it."""
    return MappingProxyType({domain.key: domain.when for domain in ownership_domains()})


def _missing(reference: schema.Reference) -> str:
    """Says what a reference names that does not exist; empty where all is there."""
    checks = {check.key for check in recurring_checks()}
    if reference.key in checks and not reference.points:
        return ""
    item = items().get(reference.key)
    if item is None:
        return f"there is no item {reference.key}"
    numbers = {point.number for point in item.points}
    unknown = [str(number) for number in reference.points if number not in numbers]
    return f"{reference.key} has no point {', '.join(unknown)}" if unknown else ""
