"""Importing services and owners from a CSV: a dry run that changes nothing, then all rows in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from portal import audit, canonical, exports, permissions
from portal.errors import DomainError
from portal.models import Team, User
from portal.permissions import Access, Capability
from readiness import verbs
from readiness.actions import ownership, services, status
from readiness.choices import AssignmentRole
from readiness.models import Assignment, OwnershipDomain, Service
from readiness.rules import imports as rules
from readiness.rules.imports import Cells, Line, Report, RowReport
from readiness.rules.services import Facts, changed_fields, in_words

Row = Callable[[Access, Cells], tuple[str, str]]


def dry_run(access: Access, *, kind: str, content: bytes) -> Report:
    """What a file of services or owners would do, row by row. Changes nothing: what it tries is rolled back.

    Raises DomainError at `file` for a file that cannot be read at all.
    """
    return _run(access, kind, content, apply=False)


def apply(access: Access, *, kind: str, content: bytes, expected: str = "") -> Report:
    """Does all rows of a file in one transaction, through the same actions as the pages; or none, where one is refused.

    `expected` is the digest of the report that was shown: when the file would now do something else, nothing is done
    and the new report says so.
    """
    return _run(access, kind, content, apply=True, expected=expected)


def _run(access: Access, kind: str, content: bytes, *, apply: bool, expected: str = "") -> Report:
    permissions.require(access, Capability.SERVICE_IMPORT)
    lines = rules.read(content, kind, exports.plain_cell)
    do = {rules.SERVICES: _service, rules.OWNERS: _owner}[kind]
    try:
        with transaction.atomic(), status.at_the_end():
            status.hold(*_standing(lines))
            report = Report(kind, tuple(_tried(access, line, do) for line in lines))
            is_stale = bool(expected) and expected != report.digest
            if not apply or report.refused or is_stale:
                raise _NotDone(replace(report, is_stale=is_stale))
            _record(access, report, content)
    except _NotDone as undone:
        return undone.report
    return replace(report, applied=True)


def _standing(lines: Sequence[Line]) -> QuerySet[Service]:
    """The services that the file names and that are there already."""
    named = {(line.cells.get("slug") or line.cells.get("service") or "").lower() for line in lines}
    return Service.objects.filter(slug__in=named)


class _NotDone(Exception):
    """Leaves the transaction, so that nothing of what was tried stays."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report


def _tried(access: Access, line: Line, do: Row) -> RowReport:
    name = line.cells.get("slug") or line.cells.get("service") or ""
    if line.problem:
        return RowReport(line.number, name, "refused", errors=(("", line.problem),))
    try:
        with transaction.atomic():
            outcome, words = do(access, line.cells)
    except DomainError as refusal:
        errors = tuple((column, message) for column, messages in refusal.errors.items() for message in messages)
        return RowReport(line.number, name, "refused", errors=errors)
    return RowReport(line.number, name, outcome, words)


def _service(access: Access, cells: Cells) -> tuple[str, str]:
    standing = Service.objects.visible_to(access).filter(slug=cells["slug"].lower()).first()
    return _changed(access, cells, standing) if standing else _registered(access, cells)


def _registered(access: Access, cells: Cells) -> tuple[str, str]:
    facts, errors = rules.facts_of(cells)
    restricted, more = rules.restricted_of(cells)
    team, owner = _team(access, cells["team"]), _person(cells["owner"])
    errors |= more | _unknown("team", cells["team"], team, "There is no team “{}” in which you may register services.")
    errors |= _unknown("owner", cells["owner"], owner, "Nobody here has the address “{}”.")
    refusals = services.registration_refusals(access, team=team, slug=cells["slug"], owner=owner, facts=facts)
    errors = {**refusals, **errors}
    if errors or team is None or owner is None:
        raise DomainError.of(errors)
    services.register(access, team=team, slug=cells["slug"], owner=owner, facts=facts, restricted=restricted)
    return "new", f"registers {facts.name} in {team.name}"


def _changed(access: Access, cells: Cells, service: Service) -> tuple[str, str]:
    service = services.locked(service)
    permissions.require(access, Capability.SERVICE_IMPORT, service.scope)
    standing = Facts(**{name: _declared(service, name) for name in Facts.__dataclass_fields__})
    facts, errors = rules.facts_of(cells, standing)
    restricted, more = rules.restricted_of(cells, service.scope.restricted)
    owner = service.owner if cells["owner"].lower() == service.owner.email else _person(cells["owner"])
    errors |= more | _unknown("owner", cells["owner"], owner, "Nobody here has the address “{}”.")
    if cells["team"].lower() not in (service.team.slug, service.team.name.lower()):
        errors["team"] = [f"It belongs to {service.team.name}; a file does not move it."]
    before, seen = canonical.plain(service.governed_content()), service.revision
    if errors or owner is None:
        raise DomainError.of(errors)
    changed = services.change(
        access, service=service, owner=owner, facts=facts, restricted=restricted, revision=service.revision
    )
    if changed.revision == seen:
        return "same", "stays as it is"
    fields = changed_fields(before, canonical.plain(changed.governed_content()))
    return "changed", f"changes {in_words(fields)}"


def _owner(access: Access, cells: Cells) -> tuple[str, str]:
    service = (
        Service.objects.visible_to(access).select_related("scope__team", "owner").filter(slug=cells["service"].lower())
    )
    found = {
        "service": service.first(),
        "domain": OwnershipDomain.objects.filter(key=cells["domain"].lower()).first(),
        "person": _person(cells["person"]),
    }
    words = {
        "service": "There is no service “{}”.",
        "domain": "There is no domain “{}”. Use "
        + ", ".join(OwnershipDomain.objects.values_list("key", flat=True))
        + ".",
        "person": "Nobody here has the address “{}”.",
    }
    errors: dict[str, list[str]] = {}
    for column, one in found.items():
        errors |= _unknown(column, cells[column], one, words[column])
    role = cells["role"].lower()
    if role not in AssignmentRole.values:
        errors["role"] = [f"The role is {' or '.join(AssignmentRole.values)}."]
    if errors:
        raise DomainError.of(errors)
    return _assigned(access, role=role, **found)


def _assigned(access: Access, *, service: Any, domain: Any, person: Any, role: str) -> tuple[str, str]:
    permissions.require(access, Capability.SERVICE_IMPORT, service.scope)
    standing = Assignment.objects.current().filter(service=service, domain=domain, person=person, role=role)
    if standing.exists():
        return "same", f"{person.name} is {role} for {domain.title} already"
    ownership.assign(access, service=service, domain=domain, person=person, role=role)
    return "new", f"makes {person.name} {role} for {domain.title}"


def _record(access: Access, report: Report, content: bytes) -> None:
    """One event for the file as a whole, unless it changed nothing."""
    done = report.counted("new") + report.counted("changed")
    if not done:
        return
    facts: dict[str, audit.Fact] = {
        "services": done if report.kind == rules.SERVICES else 0,
        "owners": done if report.kind == rules.OWNERS else 0,
        "digest": canonical.digest(content.hex()),
    }
    audit.record(access, verbs.SERVICES_IMPORTED, access.person, facts=facts)


def _team(access: Access, name: str) -> Team | None:
    teams = Team.objects.filter(pk__in=access.teams_with(Capability.SERVICE_IMPORT))
    return teams.filter(slug=name.lower()).first() or teams.filter(name__iexact=name).first()


def _person(email: str) -> User | None:
    return User.objects.filter(email=email.lower(), is_active=True).first()


def _declared(service: Service, name: str) -> Any:
    value = getattr(service, name)
    return tuple(value) if isinstance(value, list) else value


def _unknown(column: str, given: str, found: object, words: str) -> dict[str, list[str]]:
    if found is not None:
        return {}
    return {column: [words.format(given[:80]) if given else "This cell is empty."]}
