"""Checklists in force, what each version brought, and items by key, also those that do not ship."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, Subquery

from portal.permissions import Access
from readiness.catalogue import growing, loader, schema
from readiness.models import ChecklistTemplate, Review, TemplateVersion


def newest() -> Mapping[str, TemplateVersion]:
    """The version that new reviews start on by the template's key, in the catalogue's order: one statement."""
    versions = TemplateVersion.objects.filter(template=OuterRef("pk")).order_by("-published_at", "-pk")
    current = ChecklistTemplate.objects.values(newest=Subquery(versions.values("pk")[:1]))
    found = TemplateVersion.objects.filter(pk__in=current).select_related("template").order_by("template_id")
    return {version.template.key: version for version in found}


def known_item(key: str) -> schema.Item | None:
    """An item by its key: as it ships (without a statement), else as the newest version that holds it asks it."""
    if item := loader.items().get(key) or _OWN.get(key):
        return item
    if "." not in key or key in {check.key for check in loader.recurring_checks()}:
        return None
    for version in TemplateVersion.objects.filter(content__contains=f'"{key}"').order_by("-published_at", "-pk"):
        for item in version.checklist.items:
            if item.key == key:
                return _OWN.setdefault(key, item)
    return None


_OWN: dict[str, schema.Item] = {}
"""Items of one's own that were asked for: what is published never changes, and there are few."""


def titles() -> Mapping[str, str]:
    """What every item is called by key: those that ship, and one's own in force; one statement."""
    own = {item.key: item.title for version in newest().values() for item in version.checklist.items}
    return {**{key: item.title for key, item in loader.items().items()}, **own}


@dataclass(frozen=True)
class Brought:
    """What a version asks beyond the one before it: an item's key and title, or with `number` one more point of it."""

    key: str
    text: str
    number: int = 0


@dataclass(frozen=True)
class Shown:
    """One version on the page of its checklist."""

    version: TemplateVersion
    reviews: int
    is_newest: bool
    brought: Sequence[Brought]

    @property
    def is_own(self) -> bool:
        """Whether the organisation made it; the others ship."""
        return growing.base_of(self.version.number) != self.version.number


@dataclass(frozen=True)
class Checklist:
    """One checklist with its versions, the newest first."""

    template: ChecklistTemplate
    versions: Sequence[Shown]

    @property
    def items(self) -> int:
        """How many items the version in force holds."""
        return len(self.versions[0].version.checklist.items)

    @property
    def points(self) -> int:
        """How many points they have."""
        return sum(len(item.points) for item in self.versions[0].version.checklist.items)


def overview(access: Access) -> Sequence[Checklist]:
    """Every checklist with its versions, and how many reviews on each the person may see: one statement."""
    run = Count("reviews", filter=Q(reviews__in=Review.objects.visible_to(access)))
    rows = TemplateVersion.objects.select_related("template", "published_by").annotate(run=run)
    of: dict[int, list[TemplateVersion]] = {}
    for row in rows.order_by("template_id", "-published_at", "-pk"):
        of.setdefault(row.template_id, []).append(row)
    return [Checklist(versions[0].template, _shown(versions)) for versions in of.values()]


def _shown(versions: Sequence[TemplateVersion]) -> list[Shown]:
    earlier: Sequence[TemplateVersion | None] = [*versions[1:], None]
    return [
        Shown(one, getattr(one, "run", 0), one is versions[0], brought(before, one) if before else ())
        for one, before in zip(versions, earlier, strict=True)
    ]


def brought(before: TemplateVersion, after: TemplateVersion) -> list[Brought]:
    """What the later of two versions asks beyond the earlier."""
    known = {item.key: {point.text for point in item.points} for item in before.checklist.items}
    found: list[Brought] = []
    for item in after.checklist.items:
        if item.key not in known:
            found.append(Brought(item.key, item.title))
        else:
            new = [point for point in item.points if point.text not in known[item.key]]
            found += [Brought(item.key, point.text, point.number) for point in new]
    return found
