"""Who answers for which domain of a service: naming, replacing, taking the name off again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.urls import reverse

from portal import audit, notifications, permissions
from portal.errors import Conflict, DomainError
from portal.models import User
from portal.models.audit import AuditEvent
from portal.permissions import Access, Capability
from readiness import verbs
from readiness.actions import status
from readiness.choices import AssignmentRole, ServiceState
from readiness.models import Assignment, OwnershipDomain, Service
from readiness.queries import ownership as ownership_queries
from readiness.rules import applicability
from readiness.rules import ownership as rules

REASON_LENGTH = 300


@dataclass(frozen=True)
class Naming:
    """Somebody who is to hold a domain of a service, as accountable or supporting."""

    service: Service
    domain: OwnershipDomain
    person: User
    role: str


@dataclass(frozen=True)
class Step:
    """A naming that nothing speaks against: what the person held until now, and who is replaced."""

    naming: Naming
    assignment: Assignment
    own: Assignment | None
    replaced: tuple[Assignment, ...]


def assign(access: Access, *, service: Service, domain: OwnershipDomain, person: User, role: str) -> Assignment:
    """Makes a person accountable for a domain, or one of those who support; whoever was accountable is replaced.

    Raises NotPermitted without OWNERSHIP_ASSIGN in the service's team, DomainError at the field `person`, `role` or
    `domain`, Conflict when somebody else named another person at the same moment.
    """
    return assign_all(access, [Naming(service, domain, person, role)])[0]


@transaction.atomic
def assign_all(access: Access, wanted: Sequence[Naming]) -> list[Assignment]:
    """The same for several at once, in their order: all or none, and in few statements."""
    services = {one.service.pk: one.service for one in wanted}
    for service in services.values():
        permissions.require(access, Capability.OWNERSHIP_ASSIGN, service.scope)
    status.hold(*services.values())
    holders = ownership_queries.holders(services.values(), [one.person for one in wanted])
    steps = [considered(holders, one) for one in wanted]
    events = iter(audit.record_all(access, [entry for step in steps for entry in _entries(step)]))
    for step in steps:
        _close(step, events)
    assigned = _create_all([step.assignment for step in steps])
    for service in services.values():
        status.refresh(service)
    notifications.notify_all(notice for step in steps for notice in _notices(access, step))
    return assigned


def considered(holders: ownership_queries.Holders, wanted: Naming) -> Step:
    """What a naming does among the holders as they stand, who then stand as after it. Writes nothing.

    Raises DomainError at `person`, `role` or `domain`.
    """
    if wanted.role not in AssignmentRole.values:
        raise DomainError.of({"role": [f"Choose {' or '.join(AssignmentRole.values)}."]})
    standing = holders.of(wanted.service, wanted.domain)
    own = next((held for held in standing if held.person_id == wanted.person.pk), None)
    _refuse(holders, wanted, own)
    is_accountable = wanted.role == AssignmentRole.ACCOUNTABLE
    replaced = [held for held in standing if is_accountable and held.role == wanted.role and held is not own]
    new = Assignment(
        service=wanted.service, domain=wanted.domain, person=wanted.person, role=AssignmentRole(wanted.role)
    )
    holders.now(new, without=[*replaced, own])
    return Step(wanted, new, own, tuple(replaced))


def vacate(access: Access, *, service: Service, domain: OwnershipDomain, person: User, reason: str) -> None:
    """Takes a person off a domain, in whichever role they hold it; the reason says why.

    Raises NotPermitted without OWNERSHIP_ASSIGN in the service's team, DomainError at `reason` or `person`.
    """
    reason = reason.strip()
    if not reason:
        raise DomainError("Say why.", {"reason": ["Say why they no longer hold it."]})
    if len(reason) > REASON_LENGTH:
        message = f"Shorten it to {REASON_LENGTH} characters."
        raise DomainError.of({"reason": [message]})
    with transaction.atomic():
        permissions.require(access, Capability.OWNERSHIP_ASSIGN, service.scope)
        status.hold(service)
        held = (
            Assignment.objects.current()
            .filter(service=service, domain=domain, person=person)
            .select_related("person", "domain", "service__scope")
            .first()
        )
        if held is None:
            message = f"{person.name} does not hold this domain any more."
            raise DomainError.of({"person": [message]})
        _end(held, audit.record_all(access, [_entry(verbs.DOMAIN_VACATED, held, reason)])[0])
        status.refresh(service)
        subject = f"You are no longer {held.role} for {domain.title} of {service.name}: {reason}"
        notifications.notify_all([_notice(access, person, f"vacated-{held.public_id}", subject, service)])


def _refuse(holders: ownership_queries.Holders, wanted: Naming, own: Assignment | None) -> None:
    service, domain, person = wanted.service, wanted.domain, wanted.person
    if service.state == ServiceState.RETIRED:
        raise DomainError("The service is retired: its owners stay as they were.")
    found = applicability.applies(domain.when, service.traits)
    if not found.applies:
        raise DomainError(found.reason, {"domain": [f"{domain.title} is not part of this service. {found.reason}"]})
    refusal = rules.refusal(
        is_active=person.is_active,
        may_see=holders.may_hold(service, person),
        held=own.role if own else "",
        wanted=wanted.role,
        name=person.name,
    )
    if refusal:
        raise DomainError.of({"person": [refusal]})


def _entries(step: Step) -> Iterator[audit.Entry]:
    """The events of a step: who ends, then who begins."""
    for held in step.replaced:
        yield _entry(verbs.DOMAIN_VACATED, held, f"{step.naming.person.name} takes over.")
    yield _entry(verbs.DOMAIN_ASSIGNED, step.assignment)


def _entry(verb: audit.Verb, held: Assignment, reason: str = "") -> audit.Entry:
    service, person = held.service, held.person
    facts = {"service": service.slug, "domain": held.domain.key, "role": str(held.role), "person": person.public_id}
    return audit.Entry(
        verb,
        service,
        service.scope,
        {name: str(fact) for name, fact in facts.items()},
        {"name": person.name, "reason": reason},
    )


def _close(step: Step, events: Iterator[AuditEvent]) -> None:
    """Ends what the step ends, each with the next event, and ties what begins to its own."""
    for held in step.replaced:
        _end(held, next(events))
    event = next(events)
    if step.own is not None:
        _end(step.own, event)
    step.assignment.since, step.assignment.event = event.at, event


def _end(held: Assignment, event: AuditEvent) -> None:
    ended = Assignment.objects.filter(pk=held.pk, ended_event__isnull=True).update(ended_at=event.at, ended_event=event)
    if not ended:
        raise _overtaken()


def _create_all(assignments: list[Assignment]) -> list[Assignment]:
    try:
        with transaction.atomic():
            return Assignment.objects.bulk_create(assignments)
    except IntegrityError as clash:
        raise _overtaken() from clash


def _overtaken() -> Conflict:
    return Conflict("Somebody else changed this domain at the same moment. Look again.", field="person")


def _notices(access: Access, step: Step) -> Iterator[notifications.Notice]:
    service, domain, person = step.naming.service, step.naming.domain, step.naming.person
    for held in step.replaced:
        subject = f"{person.name} is now accountable for {domain.title} of {service.name} in your place"
        yield _notice(access, held.person, f"vacated-{held.public_id}", subject, service)
    subject = f"You are now {step.assignment.role} for {domain.title} of {service.name}"
    yield _notice(access, person, f"assigned-{step.assignment.public_id}", subject, service)


def _notice(access: Access, person: User, key: str, subject: str, service: Service) -> notifications.Notice:
    """For the person, unless it is their own act."""
    told = [person] if person.pk != access.person.pk else []
    return notifications.Notice(told, "ownership", key, subject, _place(service), service.scope)


def _place(service: Service) -> str:
    return reverse("readiness:service_ownership", args=[service.slug])
