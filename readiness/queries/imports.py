"""Files of services and owners: what one names, read at once; and what is declared already, as rows of such files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from portal.models import Team, User
from portal.permissions import Access, Capability
from readiness.models import Assignment, OwnershipDomain, Service
from readiness.rules import imports as rules
from readiness.rules.imports import Line
from readiness.rules.services import Facts


@dataclass(frozen=True)
class Named:
    """What the cells of a file name, as far as it is there for the person: each by its name in small letters."""

    services: Mapping[str, Service]
    teams: Mapping[str, Team]
    people: Mapping[str, User]
    domains: Mapping[str, OwnershipDomain]


def named(access: Access, lines: Sequence[Line]) -> Named:
    """What these lines name: four statements for any number of lines."""
    services = Service.objects.visible_to(access).select_related("scope__team", "owner")
    teams = list(Team.objects.filter(pk__in=access.teams_with(Capability.SERVICE_IMPORT)))
    people = User.objects.filter(email__in=_cells(lines, "owner") | _cells(lines, "person"))
    return Named(
        {one.slug: one for one in services.filter(slug__in=_cells(lines, "slug") | _cells(lines, "service"))},
        {team.name.lower(): team for team in teams} | {team.slug: team for team in teams},
        {person.email: person for person in people},
        {domain.key: domain for domain in OwnershipDomain.objects.all()},
    )


def _cells(lines: Sequence[Line], column: str) -> set[str]:
    return {cell.lower() for line in lines if (cell := line.cells.get(column))}


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
