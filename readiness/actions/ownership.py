"""Who answers for which domain of a service: naming, replacing, taking the name off again."""

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


def assign(access: Access, *, service: Service, domain: OwnershipDomain, person: User, role: str) -> Assignment:
    """Makes a person accountable for a domain, or one of those who support; whoever was accountable is replaced.

    Raises NotPermitted without OWNERSHIP_ASSIGN in the service's team, DomainError at the field `person`, `role` or
    `domain`, Conflict when somebody else named another person at the same moment.
    """
    if role not in AssignmentRole.values:
        raise DomainError.of({"role": [f"Choose {' or '.join(AssignmentRole.values)}."]})
    role = AssignmentRole(role)
    with transaction.atomic():
        permissions.require(access, Capability.OWNERSHIP_ASSIGN, service.scope)
        status.hold(service)
        standing = list(
            Assignment.objects.current().filter(service=service, domain=domain).select_related("person", "domain")
        )
        own = next((held for held in standing if held.person_id == person.pk), None)
        _refuse(service, domain, person, role, own)
        replaced = [
            held for held in standing if role == AssignmentRole.ACCOUNTABLE == held.role and held.person_id != person.pk
        ]
        for held in replaced:
            _end(access, held, f"{person.name} takes over.")
        event = _recorded(access, verbs.DOMAIN_ASSIGNED, service, domain, person, role)
        if own is not None:
            _close(own, event)
        assignment = _created(service, domain, person, role, event)
        status.refresh(service)
        _tell(access, assignment, replaced)
    return assignment


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
        _end(access, held, reason)
        status.refresh(service)
        notifications.notify(
            [person] if person.pk != access.person.pk else [],
            kind="ownership",
            key=f"vacated-{held.public_id}",
            subject=f"You are no longer {held.role} for {domain.title} of {service.name}: {reason}",
            url=_place(service),
            scope=service.scope,
        )


def _refuse(
    service: Service, domain: OwnershipDomain, person: User, role: AssignmentRole, own: Assignment | None
) -> None:
    if service.state == ServiceState.RETIRED:
        raise DomainError("The service is retired: its owners stay as they were.")
    found = applicability.applies(domain.when, service.traits)
    if not found.applies:
        raise DomainError(found.reason, {"domain": [f"{domain.title} is not part of this service. {found.reason}"]})
    refusal = rules.refusal(
        is_active=person.is_active,
        may_see=ownership_queries.candidates(service).filter(pk=person.pk).exists(),
        held=own.role if own else "",
        wanted=role,
        name=person.name,
    )
    if refusal:
        raise DomainError.of({"person": [refusal]})


def _recorded(
    access: Access,
    verb: audit.Verb,
    service: Service,
    domain: OwnershipDomain,
    person: User,
    role: str,
    reason: str = "",
) -> AuditEvent:
    return audit.record(
        access,
        verb,
        service,
        scope=service.scope,
        facts={
            "service": service.slug,
            "domain": domain.key,
            "role": str(role),
            "person": str(person.public_id),
        },
        texts={"name": person.name, "reason": reason} if reason else {"name": person.name},
    )


def _end(access: Access, held: Assignment, reason: str) -> None:
    event = _recorded(access, verbs.DOMAIN_VACATED, held.service, held.domain, held.person, held.role, reason)
    _close(held, event)


def _close(held: Assignment, event: AuditEvent) -> None:
    ended = Assignment.objects.filter(pk=held.pk, ended_event__isnull=True).update(ended_at=event.at, ended_event=event)
    if not ended:
        raise _overtaken()


def _created(service: Service, domain: OwnershipDomain, person: User, role: str, event: AuditEvent) -> Assignment:
    try:
        with transaction.atomic():
            return Assignment.objects.create(
                service=service, domain=domain, person=person, role=role, since=event.at, event=event
            )
    except IntegrityError as clash:
        raise _overtaken() from clash


def _overtaken() -> Conflict:
    return Conflict("Somebody else changed this domain at the same moment. Look again.", field="person")


def _tell(access: Access, assignment: Assignment, replaced: list[Assignment]) -> None:
    service, domain = assignment.service, assignment.domain
    place = _place(service)
    for held in replaced:
        notifications.notify(
            [held.person] if held.person_id != access.person.pk else [],
            kind="ownership",
            key=f"vacated-{held.public_id}",
            subject=f"{assignment.person.name} is now accountable for {domain.title} of {service.name} in your place",
            url=place,
            scope=service.scope,
        )
    notifications.notify(
        [assignment.person] if assignment.person_id != access.person.pk else [],
        kind="ownership",
        key=f"assigned-{assignment.public_id}",
        subject=f"You are now {assignment.role} for {domain.title} of {service.name}",
        url=place,
        scope=service.scope,
    )


def _place(service: Service) -> str:
    return reverse("readiness:service_ownership", args=[service.slug])
