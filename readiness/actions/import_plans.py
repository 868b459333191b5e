"""What each row of an imported file is to do, or why it cannot: found by the rules of the pages, without a write."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from portal import permissions
from portal.errors import DomainError
from portal.models import Team
from portal.permissions import Access, Capability
from readiness.actions import ownership, service_changes, services
from readiness.actions.ownership import Naming
from readiness.actions.service_changes import Change
from readiness.actions.services import Registration
from readiness.choices import AssignmentRole
from readiness.models import Service
from readiness.queries import imports as import_queries
from readiness.queries import ownership as ownership_queries
from readiness.queries import services as service_queries
from readiness.queries.imports import Named
from readiness.rules import imports as rules
from readiness.rules.imports import Cells, Errors, Line, Report, RowReport
from readiness.rules.services import in_words

NO_PERSON = "Nobody here has the address “{}”."
NO_TEAM = "There is no team “{}” in which you may register services."


@dataclass
class Plan:
    """The report of a file, and what is to be done where no row of it is refused."""

    kind: str
    rows: list[RowReport] = field(default_factory=list)
    registrations: list[Registration] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    namings: list[Naming] = field(default_factory=list)

    @property
    def report(self) -> Report:
        """The rows in the order of their lines."""
        return Report(self.kind, tuple(sorted(self.rows, key=lambda row: row.line)))


Weigh = Callable[[Cells], tuple[str, str]]
"""Puts what a row does into the plan; returns its outcome and words. Raises DomainError at its columns."""


def of_services(access: Access, lines: Sequence[Line]) -> Plan:
    """The plan of a file of services."""
    plan = Plan(rules.SERVICES)
    named = import_queries.named(access, lines)
    slugs = {line.cells.get("slug", "").lower() for line in lines}
    around = service_queries.surroundings(access, slugs=slugs, people=named.people.values())
    weighing = _Services(access, plan, named, around)
    _weigh(plan, lines, weighing.weigh)
    return plan


def of_owners(access: Access, lines: Sequence[Line]) -> Plan:
    """The plan of a file of owners. Who becomes accountable comes first: those they replace may then support."""
    plan = Plan(rules.OWNERS)
    named = import_queries.named(access, lines)
    holders = ownership_queries.holders(named.services.values(), named.people.values())
    first = sorted(lines, key=lambda line: line.cells.get("role", "").lower() != AssignmentRole.ACCOUNTABLE)
    _weigh(plan, first, _Owners(access, plan, named, holders).weigh)
    return plan


PLANS: Mapping[str, Callable[[Access, Sequence[Line]], Plan]] = {
    rules.SERVICES: of_services,
    rules.OWNERS: of_owners,
}


def _weigh(plan: Plan, lines: Sequence[Line], weigh: Weigh) -> None:
    before = rules.said_before(sorted(lines, key=lambda line: line.number), plan.kind)
    for line in lines:
        plan.rows.append(_row(line, before.get(line.number), weigh))


def _row(line: Line, said_before: Errors | None, weigh: Weigh) -> RowReport:
    name = line.cells.get("slug") or line.cells.get("service") or ""
    try:
        if line.problem or said_before:
            raise DomainError.of({"": [line.problem]} if line.problem else said_before or {})
        outcome, words = weigh(line.cells)
    except DomainError as refusal:
        errors = tuple((column, message) for column, messages in refusal.errors.items() for message in messages)
        return RowReport(line.number, name, "refused", errors=errors)
    return RowReport(line.number, name, outcome, words)


@dataclass(frozen=True)
class _Services:
    """Weighs rows of services."""

    access: Access
    plan: Plan
    named: Named
    around: service_queries.Surroundings

    def weigh(self, cells: Cells) -> tuple[str, str]:
        """A short name that is there already is changed, any other registered."""
        standing = self.named.services.get(cells["slug"].lower())
        return self._change(cells, standing) if standing else self._registration(cells)

    def _registration(self, cells: Cells) -> tuple[str, str]:
        facts, errors = rules.facts_of(cells)
        restricted, more = rules.restricted_of(cells)
        given = {"team": "", "owner": "", **cells}
        team, owner = self.named.teams.get(given["team"].lower()), self.named.people.get(given["owner"].lower())
        errors |= more | _unknown("team", given["team"], team, NO_TEAM)
        errors |= _unknown("owner", given["owner"], owner, NO_PERSON)
        refusals = services.registration_refusals(
            self.access, team=team, slug=cells["slug"], owner=owner, facts=facts, around=self.around
        )
        errors = {**refusals, **errors, **rules.missing_of(cells)}
        if errors or team is None or owner is None:
            raise DomainError.of(errors)
        self.plan.registrations.append(Registration(team, cells["slug"], owner, facts, restricted))
        return "new", f"registers {facts.name} in {team.name}"

    def _change(self, cells: Cells, service: Service) -> tuple[str, str]:
        permissions.require(self.access, Capability.SERVICE_IMPORT, service.scope)
        facts, errors = rules.facts_of(cells, service_changes.declared(service))
        restricted, more = rules.restricted_of(cells, service.scope.restricted)
        address = cells.get("owner", service.owner.email)
        owner = service.owner if address.lower() == service.owner.email else self.named.people.get(address.lower())
        errors |= more | _unknown("owner", address, owner, NO_PERSON) | _moved(cells, service.team)
        if errors or owner is None:
            raise DomainError.of(errors)
        service_changes.refuse_retired(service)
        if errors := service_changes.change_refusals(service, owner, facts, self.around.members):
            raise DomainError.of(errors)
        fields = service_changes.redeclared(service, owner, facts, restricted)
        if not fields:
            return "same", "stays as it is"
        self.plan.changes.append(Change(service, owner, facts, restricted, service.revision))
        return "changed", f"changes {in_words(fields)}"


@dataclass(frozen=True)
class _Owners:
    """Weighs rows of owners."""

    access: Access
    plan: Plan
    named: Named
    holders: ownership_queries.Holders

    def weigh(self, cells: Cells) -> tuple[str, str]:
        """Who holds the domain so already stays."""
        naming = self._naming(cells)
        service, domain, person = naming.service, naming.domain, naming.person
        permissions.require(self.access, Capability.SERVICE_IMPORT, service.scope)
        if any(held.person == person and held.role == naming.role for held in self.holders.of(service, domain)):
            return "same", f"{person.name} is {naming.role} for {domain.title} already"
        ownership.considered(self.holders, naming)
        self.plan.namings.append(naming)
        return "new", f"makes {person.name} {naming.role} for {domain.title}"

    def _naming(self, cells: Cells) -> Naming:
        service = self.named.services.get(cells["service"].lower())
        domain = self.named.domains.get(cells["domain"].lower())
        person = self.named.people.get(cells["person"].lower())
        no_domain = f"There is no domain “{{}}”. Use {', '.join(self.named.domains)}."
        errors = _unknown("service", cells["service"], service, "There is no service “{}”.")
        errors |= _unknown("domain", cells["domain"], domain, no_domain)
        errors |= _unknown("person", cells["person"], person, NO_PERSON)
        role = cells["role"].lower()
        if role not in AssignmentRole.values:
            errors["role"] = [f"The role is {' or '.join(AssignmentRole.values)}."]
        if errors or service is None or domain is None or person is None:
            raise DomainError.of(errors)
        return Naming(service, domain, person, role)


def _moved(cells: Cells, team: Team) -> Errors:
    if cells.get("team", team.slug).lower() in (team.slug, team.name.lower()):
        return {}
    return {"team": [f"It belongs to {team.name}; a file does not move it."]}


def _unknown(column: str, given: str, found: object, words: str) -> Errors:
    if found is not None:
        return {}
    return {column: [words.format(given[:80]) if given else "This cell is empty."]}
