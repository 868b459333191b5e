"""How the catalogue reads for one service: what applies, in which words, and who answers for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from readiness.catalogue import schema
from readiness.rules.applicability import Applicability, Sourcing, Traits, applies

DomainRules = Mapping[str, Mapping[str, Any]]
"""The rule of each ownership domain by key; `readiness.catalogue.loader.domain_rules` gives it."""


@dataclass(frozen=True)
class TailoredPoint:
    """A point in the words that fit the service, and whether it applies."""

    number: int
    text: str
    applicability: Applicability


@dataclass(frozen=True)
class TailoredItem:
    """An item in the words that fit the service; `domain` is None where the service owner answers."""

    key: str
    title: str
    why: str
    how: str
    evidence: str
    domain: schema.Domain | None
    applicability: Applicability
    points: tuple[TailoredPoint, ...]

    @property
    def applies(self) -> bool:
        """True where the service is asked this item."""
        return self.applicability.applies

    @property
    def applicable_points(self) -> tuple[TailoredPoint, ...]:
        """The points that green needs."""
        return tuple(point for point in self.points if point.applicability.applies)


def tailored(item: schema.Item, traits: Traits, domain_rules: DomainRules) -> TailoredItem:
    """Returns an item as one service is asked it; a hybrid service reads the usual words."""
    other = item.third_party if traits.is_third_party and item.third_party else schema.Wording()
    return TailoredItem(
        key=item.key,
        title=other.title or item.title,
        why=other.why or item.why,
        how=other.how or item.how,
        evidence=other.evidence or item.evidence,
        domain=domain_of(item, traits, domain_rules),
        applicability=applies(item.when, traits),
        points=tuple(_point(point, traits) for point in item.points),
    )


def domain_of(
    row: schema.Item | schema.RecurringCheck, traits: Traits, domain_rules: DomainRules
) -> schema.Domain | None:
    """Returns the domain whose accountable person answers for a row.

    None means the service owner: the row has no domain, or its domain does not apply to the
    service (product.md, Ownership: a domain that does not apply is not a gap).
    """
    domain = row.domain
    if isinstance(row, schema.Item):
        domain = row.domain_by_sourcing.get(Sourcing(traits.sourcing), row.domain)
    if domain is None or not applies(domain_rules.get(domain, {}), traits).applies:
        return None
    return domain


def _point(point: schema.Point, traits: Traits) -> TailoredPoint:
    """Returns one point in the words that fit."""
    text = point.third_party if traits.is_third_party and point.third_party else point.text
    return TailoredPoint(point.number, text, applies(point.when, traits))
