"""What is declared already, as rows of the files that can be imported again."""

from collections.abc import Iterator

from portal.permissions import Access
from readiness.models import Assignment, Service
from readiness.rules import imports as rules
from readiness.rules.services import Facts


def service_rows(access: Access) -> Iterator[list[str]]:
    """The header, and every service the person may see: one statement."""
    yield list(rules.COLUMNS[rules.SERVICES])
    services = Service.objects.visible_to(access).select_related("scope__team", "owner").order_by("slug")
    for service in services:
        values = {name: getattr(service, name) for name in Facts.__dataclass_fields__}
        facts = Facts(**{**values, "regulations": tuple(values["regulations"])})
        yield rules.row_of(
            facts,
            slug=service.slug,
            team=service.scope.team.slug,
            owner=service.owner.email,
            restricted=service.scope.restricted,
        )


def owner_rows(access: Access) -> Iterator[list[str]]:
    """The header, and every assignment that stands in a service the person may see: one statement."""
    yield list(rules.COLUMNS[rules.OWNERS])
    standing = Assignment.objects.visible_to(access).current().order_by("service__slug", "domain__position", "role")
    for row in standing.values_list("service__slug", "domain__key", "person__email", "role"):
        yield [str(cell) for cell in row]
