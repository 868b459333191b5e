"""The catalogue as published: what new reviews, live services and owners are asked."""

from collections.abc import Iterator

from django.db.models import OuterRef, Subquery

from readiness.catalogue import loader
from readiness.extension_points import RuledRow, ruled_rows
from readiness.models import CheckVersion, TemplateVersion


def newest_versions() -> list[TemplateVersion]:
    """The version of each checklist that new reviews start on, in the order of the checklists: one statement."""
    newest = (
        TemplateVersion.objects.filter(template=OuterRef("template")).order_by("-published_at", "-pk").values("pk")[:1]
    )
    return list(TemplateVersion.objects.filter(pk=Subquery(newest)).select_related("template").order_by("template__pk"))


def groups() -> Iterator[tuple[str, str, list[RuledRow]]]:
    """Everything that applies by a rule: noun, title, rows. Two statements, and one for each contributor."""
    for version in newest_versions():
        yield "item", version.template.title, list(_items(version))
    checks = [version.row for version in CheckVersion.objects.current()]
    yield "check", "Recurring checks", [RuledRow(row.key, row.title, dict(row.when)) for row in checks]
    for title, rows in ruled_rows.items():
        yield title.lower().removesuffix("s"), title, list(rows())
    domains = loader.ownership_domains()
    yield "domain", "Domains to own", [RuledRow(row.key.value, row.title, dict(row.when)) for row in domains]


def _items(version: TemplateVersion) -> Iterator[RuledRow]:
    for item in version.checklist.items:
        points = tuple(RuledRow(f"{item.key}#{point.number}", point.text, dict(point.when)) for point in item.points)
        reworded = item.third_party is not None or any(point.third_party for point in item.points)
        yield RuledRow(item.key, item.title, dict(item.when), points, reworded=reworded)
