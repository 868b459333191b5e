"""The catalogue as published: what new reviews, live services and owners are asked."""

from collections.abc import Iterator
from typing import Any

from django.db.models import OuterRef, Subquery

from readiness.extension_points import RuledRow, ruled_rows
from readiness.models import OwnershipDomain, RecurringCheck, TemplateVersion


def newest_versions() -> list[TemplateVersion]:
    """The version of each checklist that new reviews start on, in the order of the checklists: one statement."""
    newest = (
        TemplateVersion.objects.filter(template=OuterRef("template")).order_by("-published_at", "-pk").values("pk")[:1]
    )
    return list(TemplateVersion.objects.filter(pk=Subquery(newest)).select_related("template").order_by("template__pk"))


def groups() -> Iterator[tuple[str, str, list[RuledRow]]]:
    """Everything that applies by a rule: noun, title, rows. Three statements, and one for each contributor."""
    for version in newest_versions():
        yield "item", version.template.title, list(_items(version))
    checks = RecurringCheck.objects.values_list("key", "title", "content")
    yield "check", "Recurring checks", [RuledRow(key, title, _rule(content)) for key, title, content in checks]
    for title, rows in ruled_rows.items():
        yield title.lower().removesuffix("s"), title, list(rows())
    domains = OwnershipDomain.objects.values_list("key", "title", "when")
    yield "domain", "Domains to own", [RuledRow(key, title, when) for key, title, when in domains]


def _items(version: TemplateVersion) -> Iterator[RuledRow]:
    for item in version.checklist.items:
        points = tuple(RuledRow(f"{item.key}#{point.number}", point.text, dict(point.when)) for point in item.points)
        reworded = item.third_party is not None or any(point.third_party for point in item.points)
        yield RuledRow(item.key, item.title, dict(item.when), points, reworded=reworded)


def _rule(content: dict[str, Any]) -> dict[str, Any]:
    return dict(content.get("when", {}))
